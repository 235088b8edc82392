import { element } from "../../lib/dom.ts";
import { formatCount } from "../../lib/format.ts";
import "./lift.css";

/** How far the mouse moves before a press lifts a photo. */
const THRESHOLD = 6;
/** Near the edge of the photos they scroll along. */
const EDGE = 56;
const SPEED = 14;

type Options = {
  /** Whether a press on this tile lifts it; otherwise a marquee begins there. */
  lifts: (tile: HTMLElement) => boolean;
  /** How many are lifted with a photo. */
  count: (id: string) => number;
  /** Let go beside a photo: on its left or on its right. Without it they cannot be put between others. */
  onPlace?: (lifted: string, beside: string, isAfter: boolean) => void;
  /** Let go over the albums. */
  onAlbums?: () => void;
};

type Lifted = { id: string; ghost: HTMLElement; line: HTMLElement; over: { id: string; isAfter: boolean } | undefined };

/** What takes photos that are let go over it. */
const ALBUMS = '[data-takes="photos"]';

/** Lets the mouse lift photos out of a grid and put them between others, or into an album. Esc puts them back. Returns the way to stop. */
export function listenLift(host: HTMLElement, options: Options): () => void {
  const box = host.querySelector<HTMLElement>(".grid-box") ?? host;
  const stop = new AbortController();
  let press: { x: number; y: number; tile: HTMLElement } | undefined;
  let lifted: Lifted | undefined;
  let pointer = { x: 0, y: 0 };
  let loop = 0;
  let albums: HTMLElement | undefined;

  function down(event: PointerEvent): void {
    const target = event.target instanceof Element ? event.target : undefined;
    const tile = target?.closest<HTMLElement>(".tile");
    const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (event.pointerType !== "mouse" || !plain || !tile || target?.closest("button") || idOf(tile) === undefined) return;
    if (!options.lifts(tile)) return;
    // The marquee must not begin as well.
    event.stopPropagation();
    press = { x: event.clientX, y: event.clientY, tile };
  }

  function move(event: PointerEvent): void {
    if (!press) return;
    pointer = { x: event.clientX, y: event.clientY };
    if (!lifted && Math.hypot(pointer.x - press.x, pointer.y - press.y) >= THRESHOLD) lifted = lift(press.tile);
    draw();
  }

  function lift(tile: HTMLElement): Lifted | undefined {
    const id = idOf(tile);
    if (id === undefined) return undefined;
    const count = options.count(id);
    const ghost = element("div", "lift-ghost");
    const picture = tile.querySelector("img");
    if (picture?.src) ghost.style.backgroundImage = `url("${picture.src}")`;
    if (count > 1) ghost.dataset["count"] = formatCount(count);
    const line = element("div", "lift-line");
    line.hidden = true;
    document.body.append(ghost, line);
    host.dataset["lifting"] = "";
    if (options.onAlbums) document.body.dataset["lifting"] = "";
    loop = requestAnimationFrame(scroll);
    return { id, ghost, line, over: undefined };
  }

  function draw(): void {
    if (!lifted) return;
    const { ghost, line } = lifted;
    ghost.style.transform = `translate(${pointer.x + 12}px, ${pointer.y + 12}px)`;
    const below = document.elementFromPoint(pointer.x, pointer.y);
    showOver((options.onAlbums && below?.closest<HTMLElement>(ALBUMS)) ?? undefined);
    const tile = options.onPlace && below?.closest<HTMLElement>(".tile");
    const id = tile && host.contains(tile) ? idOf(tile) : undefined;
    line.hidden = id === undefined;
    if (!tile || id === undefined) return void (lifted.over = undefined);
    const { left, width, top, height } = tile.getBoundingClientRect();
    const isAfter = pointer.x > left + width / 2;
    lifted.over = { id, isAfter };
    line.style.transform = `translate(${(isAfter ? left + width : left) - 3}px, ${top}px)`;
    line.style.height = `${height}px`;
  }

  function showOver(next: HTMLElement | undefined): void {
    if (next === albums) return;
    delete albums?.dataset["over"];
    if (next) next.dataset["over"] = "";
    albums = next;
  }

  function scroll(): void {
    const { top, bottom, left } = box.getBoundingClientRect();
    // On the way to the albums nothing moves.
    const isInside = pointer.x >= left;
    if (isInside && pointer.y < top + EDGE) box.scrollTop -= SPEED;
    if (isInside && pointer.y > bottom - EDGE) box.scrollTop += SPEED;
    draw();
    loop = requestAnimationFrame(scroll);
  }

  function up(): void {
    const dropped = lifted;
    const isOverAlbums = albums !== undefined;
    end();
    if (!dropped) return;
    // The click that ends the drag opens nothing.
    const swallow = (event: Event): void => {
      event.preventDefault();
      event.stopPropagation();
    };
    addEventListener("click", swallow, { capture: true });
    setTimeout(() => removeEventListener("click", swallow, { capture: true }));
    if (isOverAlbums) options.onAlbums?.();
    if (dropped.over) options.onPlace?.(dropped.id, dropped.over.id, dropped.over.isAfter);
  }

  function end(): void {
    cancelAnimationFrame(loop);
    press = undefined;
    lifted?.ghost.remove();
    lifted?.line.remove();
    lifted = undefined;
    showOver(undefined);
    delete host.dataset["lifting"];
    delete document.body.dataset["lifting"];
  }

  function cancel(event: KeyboardEvent): void {
    if (event.key !== "Escape" || !lifted) return;
    event.stopPropagation();
    end();
  }

  const { signal } = stop;
  host.addEventListener("pointerdown", down, { capture: true, signal });
  addEventListener("pointermove", move, { signal });
  addEventListener("pointerup", up, { signal });
  addEventListener("keydown", cancel, { capture: true, signal });
  return () => {
    stop.abort();
    end();
  };
}

/** A tile's link ends with its photo's id; one that is not loaded has none. */
function idOf(tile: HTMLElement): string | undefined {
  return tile.querySelector("a")?.getAttribute("href")?.split("/").at(-1);
}
