import { ways } from "../../lib/way.ts";
import type { Details, Pictured } from "./detail.ts";
import { entryBeside, type Entry, type Places } from "./sequence.ts";
import { createSlide, type Slide } from "./slide.ts";
import { FITTED } from "./zoom.ts";

/** Between two slides, in pixels. */
const GAP = 24;

type Row<T> = { before: T | undefined; current: T | undefined; after: T | undefined };

/** What is beside `next` when it is looked at: the one before only, and only where it was its neighbour; the others are yet to be found. */
export function sidesOf<T>(next: T, { before, current, after }: Row<T>): Pick<Row<T>, "before" | "after"> {
  return { before: next === after ? current : undefined, after: next === before ? current : undefined };
}

/** The photo looked at and its neighbours, side by side in `track`: found, loaded ahead, and moved together. */
export function createStrip(track: HTMLElement, places: Places, details: Details<Pictured>) {
  const closed = new AbortController();
  const { signal } = closed;
  const slides = new Map<string, Slide>();
  let current: Slide | undefined;
  let before: Slide | undefined;
  let after: Slide | undefined;
  let offset = 0;

  const stopWays = ways.subscribe(() => {
    details.forgetAll();
    for (const slide of slides.values()) void slide.renew().catch(() => undefined);
  });

  const width = () => track.clientWidth + GAP;
  const shown = () => [before, current, after].filter((slide) => slide !== undefined);

  function slideOf(entry: Entry): Slide {
    const known = slides.get(entry.item.id);
    if (known) return known;
    const slide = createSlide(entry, details);
    slide.resize(track.clientWidth, track.clientHeight);
    slides.set(entry.item.id, slide);
    return slide;
  }

  /** Finds and shows the neighbours; two ahead and one behind are loaded, the others forgotten. */
  async function surround({ entry: { item } }: Slide): Promise<void> {
    const beside = (step: 1 | -1) => entryBeside(places, item.id, step, signal);
    const [next, previous] = await Promise.all([beside(1), beside(-1)]);
    if (current?.entry.item.id !== item.id || signal.aborted) return;
    after = next && slideOf(next);
    before = previous && slideOf(previous);
    place();
    const second = next && (await entryBeside(places, next.item.id, 1, signal));
    const ahead = [after, before, second && slideOf(second)].filter((slide) => slide !== undefined);
    await Promise.allSettled(ahead.map((slide) => slide.load()));
    for (const [id, slide] of slides) if (slide !== current && !ahead.includes(slide)) drop(id, slide);
  }

  function drop(id: string, slide: Slide): void {
    slide.node.remove();
    slides.delete(id);
  }

  function place(): void {
    const wanted = shown();
    for (const slide of slides.values()) if (!wanted.includes(slide)) slide.node.remove();
    for (const slide of wanted) {
      if (slide.node.parentElement !== track) track.append(slide.node);
      slide.setCurrent(slide === current);
    }
    draw();
  }

  function draw(): void {
    for (const [slide, side] of [
      [before, -1],
      [current, 0],
      [after, 1],
    ] as const) {
      if (slide) slide.node.style.transform = `translateX(${side * width() + offset}px)`;
    }
  }

  return {
    current: () => current,
    nodes: () => shown().map(({ node }) => node),
    /** From one slide to the next, in pixels. */
    width,
    offset: () => offset,
    /** Looks at a photo; its neighbours are loaded once it has come. */
    show(entry: Entry): void {
      const [last, looked] = [current, slideOf(entry)];
      last?.setView(FITTED);
      // The one that was looked at stays beside it: it may still be sliding away.
      ({ before, after } = sidesOf(looked, { before, current, after }));
      current = looked;
      offset = 0;
      place();
      // A picture whose details do not come keeps its thumbnail; the panel tells the error.
      void looked
        .load()
        .catch(() => undefined)
        .then(() => (current === looked ? surround(looked) : undefined))
        .catch(() => undefined);
    },
    /** Moves everything sideways, by pixels from where it belongs. */
    shift(pixels: number): void {
      offset = pixels;
      draw();
    },
    /** The neighbour in a direction, where it is known already. */
    beside: (step: 1 | -1): Entry | undefined => (step > 0 ? after : before)?.entry,
    /** The neighbour in a direction, looked up; undefined when there is none, or another photo is looked at meanwhile. */
    async find(step: 1 | -1): Promise<Entry | undefined> {
      const from = current;
      const next = from && (await entryBeside(places, from.entry.item.id, step, signal).catch(() => undefined));
      return current === from && !signal.aborted ? next : undefined;
    },
    /** The library has changed: others may be beside the photo that is looked at. */
    renew(): void {
      if (current) void surround(current).catch(() => undefined);
    },
    resize(): void {
      for (const slide of slides.values()) slide.resize(track.clientWidth, track.clientHeight);
      draw();
    },
    close(): void {
      closed.abort();
      current?.setCurrent(false);
      stopWays();
    },
  };
}
