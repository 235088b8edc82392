import { createMarquee } from "./marquee.ts";
import type { Surface } from "./surface.ts";
import type { Tile } from "./tile.ts";

const LONG_PRESS_MS = 450;

/** Clicks, Shift+clicks, day checks, long presses and the marquee. */
export function listenPointer(surface: Surface, host: HTMLElement): () => void {
  const { layer, stage, selection, range } = surface;
  const marquee = createMarquee(surface, host);
  let press = 0;
  let pressed = false;

  function tileOf(target: EventTarget | null): Tile | undefined {
    if (!(target instanceof Element)) return undefined;
    const node = target.closest(".tile");
    if (!node) return undefined;
    for (const tile of stage.tiles()) if (tile.node === node) return tile;
    return undefined;
  }

  function toggle(slot: number): void {
    selection.set(slot, slot + 1, !selection.has(slot));
    range.begin(slot);
  }

  function click(event: MouseEvent): void {
    if (marquee.justDrawn() || pressed) {
      pressed = false;
      event.preventDefault();
      return;
    }
    const { target } = event;
    if (!(target instanceof Element)) return;
    const day = target.closest(".day-check") ? stage.dayOf(target) : undefined;
    if (day) {
      selection.set(day.begin, day.end, selection.share(day.begin, day.end) !== "all");
      range.begin(day.begin);
      return;
    }
    const tile = tileOf(target);
    if (!tile) return;
    surface.shown.active = tile.slot;
    const onCheck = tile.check.contains(target);
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (onCheck || (plain && (event.shiftKey || selection.count() > 0))) {
      event.preventDefault();
      if (event.shiftKey) range.extend(tile.slot);
      else toggle(tile.slot);
      return;
    }
    if (!plain) return;
    event.preventDefault();
    surface.open(tile.slot);
  }

  function down(event: PointerEvent): void {
    pressed = false;
    clearTimeout(press);
    const tile = tileOf(event.target);
    if (event.pointerType === "mouse" || !tile) return;
    const { key } = tile;
    press = setTimeout(() => {
      if (tile.key !== key) return;
      pressed = true;
      toggle(tile.slot);
      if ("vibrate" in navigator) navigator.vibrate(10);
    }, LONG_PRESS_MS);
  }

  const cancelPress = () => clearTimeout(press);
  const menu = (event: Event) => {
    if (pressed) event.preventDefault();
  };

  layer.addEventListener("click", click);
  layer.addEventListener("pointerdown", down);
  layer.addEventListener("contextmenu", menu);
  for (const type of ["pointerup", "pointercancel", "pointerleave"]) layer.addEventListener(type, cancelPress);
  return () => {
    clearTimeout(press);
    marquee.close();
    layer.removeEventListener("click", click);
    layer.removeEventListener("pointerdown", down);
    layer.removeEventListener("contextmenu", menu);
    for (const type of ["pointerup", "pointercancel", "pointerleave"]) layer.removeEventListener(type, cancelPress);
  };
}
