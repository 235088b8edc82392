import { seeded } from "../random.ts";

type Entry = { at: number; order: number; work: (() => void) | undefined };

/** Time that passes as soon as nothing else can happen: hours of it in seconds, and the same hours for the same seed. */
export type Clock = {
  now: () => number;
  random: () => number;
  /** Does something in `ms`; gives how to stop that. */
  after: (ms: number, work: () => void) => () => void;
  /** Stands still while something really takes its time. */
  meanwhile: <T>(work: () => Promise<T>) => Promise<T>;
  /** Runs until it is over. The timers, clocks and random numbers of all code are this clock's as long. */
  run: (isOver: () => boolean) => Promise<void>;
};

const START = Date.UTC(2026, 10, 29);

export function createClock(seed: number): Clock {
  const random = seeded(seed);
  const queue = createHeap();
  let now = START;
  let busy = 0;
  const after = (ms: number, work: () => void) => {
    const entry = queue.push(now + Math.max(0, ms), work);
    return () => void (entry.work = undefined);
  };

  const turns = async (isOver: () => boolean): Promise<void> => {
    for (;;) {
      // After it everything that could go on has gone on.
      await new Promise((resolve) => setRealImmediate(resolve));
      if (isOver()) return;
      if (busy > 0) continue;
      const next = queue.pop();
      if (!next) throw new Error("Everything waits for something that does not come.");
      now = next.at;
      next.work?.();
    }
  };

  return {
    now: () => now,
    random,
    after,
    meanwhile: async (work) => {
      busy++;
      try {
        return await work();
      } finally {
        busy--;
      }
    },
    run: async (isOver) => {
      const restore = replaceGlobals({ after, now: () => now, random });
      try {
        await turns(isOver);
      } finally {
        restore();
      }
    },
  };
}

const setRealImmediate = globalThis.setImmediate;

/** Gives real code this time; returns how to give it back its own. */
function replaceGlobals({ after, now, random }: Pick<Clock, "after" | "now" | "random">): () => void {
  const { setTimeout, clearTimeout, setInterval, clearInterval } = globalThis;
  const before = { now: Date.now, performance: performance.now.bind(performance), random: Math.random };
  const timers = new Map<number, () => void>();
  let last = 0;
  const start = (work: () => void, ms = 0): number => {
    const id = ++last;
    const stop = after(ms, () => {
      timers.delete(id);
      work();
    });
    timers.set(id, stop);
    return id;
  };
  const every = (work: () => void, ms: number): number => {
    const id = ++last;
    const again = (): void => void timers.set(id, after(ms, round));
    const round = (): void => {
      again();
      work();
    };
    again();
    return id;
  };
  const stop = (id: number): void => {
    timers.get(id)?.();
    timers.delete(id);
  };
  Object.assign(globalThis, { setTimeout: start, clearTimeout: stop, setInterval: every, clearInterval: stop });
  Object.assign(Date, { now });
  Object.assign(performance, { now });
  Object.assign(Math, { random });
  return () => {
    Object.assign(globalThis, { setTimeout, clearTimeout, setInterval, clearInterval });
    Object.assign(Date, { now: before.now });
    Object.assign(performance, { now: before.performance });
    Object.assign(Math, { random: before.random });
  };
}

/** A binary heap: the earliest first, and of the same time the one that was there first. */
function createHeap() {
  const entries: Entry[] = [];
  let orders = 0;
  const isBefore = (a: Entry, b: Entry): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);
  const push = (at: number, work: () => void): Entry => {
    const entry: Entry = { at, order: orders++, work };
    let place = entries.length;
    entries.push(entry);
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = entries[parent]!;
      if (!isBefore(entry, above)) break;
      entries[place] = above;
      place = parent;
    }
    entries[place] = entry;
    return entry;
  };
  const pop = (): Entry | undefined => {
    const first = entries[0];
    const last = entries.pop();
    if (!first || !last || entries.length === 0) return first;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= entries.length) break;
      if (child + 1 < entries.length && isBefore(entries[child + 1]!, entries[child]!)) child++;
      const below = entries[child]!;
      if (!isBefore(below, last)) break;
      entries[place] = below;
      place = child;
    }
    entries[place] = last;
    return first;
  };
  return { push, pop };
}
