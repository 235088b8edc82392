import type { Clock } from "./clock.ts";

/** A process of a function: what it waits for never comes any more once it has been killed. */
export type Process = {
  isAlive: boolean;
  /** When its processor has done what it was given so far. */
  busyUntil: number;
  /** What the world does when it ends: connections break. */
  onEnd: Set<() => void>;
  /** Ends it, as the out-of-memory killer or a time limit does. */
  kill: () => void;
};

export function createProcess(onKill: () => void): Process {
  const process: Process = {
    isAlive: true,
    busyUntil: 0,
    onEnd: new Set(),
    kill: () => {
      if (!process.isAlive) return;
      process.isAlive = false;
      for (const end of process.onEnd) end();
      process.onEnd.clear();
      onKill();
    },
  };
  return process;
}

/** Waits in a process. */
export function wait(clock: Clock, process: Process, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(ms, () => {
      if (process.isAlive) resolve();
    });
  });
}

/** Work for the processor, in its turn; `cores` is how much of one it has. */
export function compute(clock: Clock, process: Process, ms: number, cores: number): Promise<void> {
  process.busyUntil = Math.max(clock.now(), process.busyUntil) + ms / cores;
  return wait(clock, process, process.busyUntil - clock.now());
}

/** Locks by name, given in the order in which they are asked for; the end of a process gives its own back. */
export function createLocks() {
  const queues = new Map<string, (() => void)[]>();
  const release = (name: string): void => {
    const waiting = queues.get(name);
    const next = waiting?.shift();
    if (next) next();
    else queues.delete(name);
  };
  return {
    /** Resolves to how to give it back. */
    take: (name: string, process: Process): Promise<() => void> =>
      new Promise((resolve) => {
        const grant = (): void => {
          if (!process.isAlive) return release(name);
          const free = (): void => {
            if (process.onEnd.delete(free)) release(name);
          };
          process.onEnd.add(free);
          resolve(free);
        };
        const waiting = queues.get(name);
        if (waiting) waiting.push(grant);
        else {
          queues.set(name, []);
          grant();
        }
      }),
  };
}
