import type { Frame } from "./child-frame.ts";
import { type Answer, type Child, type ChildFailure, type ChildLimits, startChild } from "./child-process.ts";

export type PoolOptions = ChildLimits & {
  /** Children at the same time. */
  size: number;
  /** A child that has had nothing to do for so long is ended, and gives its memory back. */
  idleMs: number;
};

export type Pool = {
  /** Waits for a free child and asks it. What ends its child, but for time, is asked once more, alone. */
  ask(request: Frame): Promise<Answer>;
  /** The process ids of the living children, for those who watch memory. */
  pids(): number[];
  close(): void;
};

/** A pool of children that run `name` beside `from` (an `import.meta.url`), started when needed. */
export function childPool(name: string, from: string, options: PoolOptions): Pool {
  const idle: Child[] = [];
  const living = new Set<Child>();
  const turns = turnstile(options.size);
  let sleep: NodeJS.Timeout | undefined;

  const once = async (request: Frame): Promise<Answer> => {
    clearTimeout(sleep);
    let child = idle.pop();
    while (child && !child.isAlive()) child = idle.pop();
    child ??= startChild(name, from);
    living.add(child);
    try {
      return await child.ask(request, options);
    } finally {
      if (child.isAlive()) idle.push(child);
      else living.delete(child);
      clearTimeout(sleep);
      sleep = setTimeout(rest, options.idleMs).unref();
    }
  };
  const rest = (): void => {
    for (const child of idle.splice(0)) {
      living.delete(child);
      child.kill();
    }
  };
  return {
    async ask(request) {
      const first = await turns.take(1, () => once(request));
      if (!("failure" in first) || !ISOLATED.has(first.failure)) return first;
      return turns.take(options.size, () => once(request));
    },
    pids: () => [...living].flatMap(({ pid }) => pid ?? []),
    close() {
      clearTimeout(sleep);
      for (const child of living) child.kill();
      living.clear();
      idle.length = 0;
    },
  };
}

/** Failures that a neighbour in the same machine may have caused. */
const ISOLATED: ReadonlySet<ChildFailure> = new Set(["crashed", "hungry", "failed"]);

/** `size` places, taken in order of asking; who takes all of them is alone. */
function turnstile(size: number): { take<T>(places: number, work: () => Promise<T>): Promise<T> } {
  const waiting: { places: number; enter: () => void }[] = [];
  let free = size;
  const admit = (): void => {
    while (waiting[0] && waiting[0].places <= free) {
      const next = waiting.shift()!;
      free -= next.places;
      next.enter();
    }
  };
  return {
    async take(places, work) {
      await new Promise<void>((enter) => {
        waiting.push({ places, enter });
        admit();
      });
      try {
        return await work();
      } finally {
        free += places;
        admit();
      }
    },
  };
}
