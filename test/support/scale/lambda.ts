import type { Clock } from "./clock.ts";
import { createProcess, type Process } from "./process.ts";
import type { Letter, LetterQueue } from "./queue.ts";

/** What all functions of an account share: `others` tells how many run that are not played here, in ms from the start. */
export type Account = { most: number; running: number; others: (atMs: number) => number };

export type FunctionOptions = {
  account: Account;
  /** For so long Lambda tries to call it with a batch while the account has no place free. */
  visibilityMs: number;
  concurrency: number;
  batch: number;
  timeoutMs: number;
  memoryMb: number;
  coldMs: number;
  /** The share of calls that are killed in the midst of it, and within how long. */
  kills: { share: number; withinMs: number };
  /** A new process of it: what it does with a batch, of which it gives those that are to come again; when it fails, all of them do. */
  open: (process: Process) => (letters: readonly Letter[], msLeft: () => number) => Promise<ReadonlySet<number>>;
};

/** So many batches at once to begin with, and more from then on (AWS Lambda, "Configuring scaling behavior for SQS event source mappings"). */
const FIRST = 5;
const MORE_A_SECOND = 5;
/** Pauses between two tries to call a function that was refused; AWS tells of them that they grow. */
const REFUSED_MS = { first: 1000, most: 60_000 };

type Instance = { process: Process; handle: ReturnType<FunctionOptions["open"]> };

/** A function that a queue calls, as Lambda's event source mapping does. */
export function createFunction(clock: Clock, queue: LetterQueue, options: FunctionOptions) {
  const { account, visibilityMs, concurrency, batch, timeoutMs, memoryMb, coldMs, kills, open } = options;
  const start = clock.now();
  const counts = {
    throttled: 0,
    dropped: 0,
    calls: 0,
    errors: 0,
    colds: 0,
    killed: 0,
    timeouts: 0,
    gbSeconds: 0,
    busyMs: 0,
    mostAtOnce: 0,
  };
  const idle: Instance[] = [];
  let running = 0;
  let since = clock.now();

  const look = (): void => {
    if (running === 0) since = clock.now();
    const allowed = Math.min(concurrency, FIRST + Math.floor(((clock.now() - since) / 1000) * MORE_A_SECOND));
    for (let free = allowed - running; free > 0 && queue.waiting() > 0; free--) take();
    if (allowed < concurrency && queue.waiting() > 0) clock.after(1000, look);
  };

  /** Maximum concurrency keeps it from taking more than it may call; a place in the account it learns of only when it calls. */
  const take = (): void => {
    running++;
    const letters = queue.receive(batch);
    const until = clock.now() + visibilityMs;
    const tryTo = (pauseMs: number): void => {
      if (account.running + account.others(clock.now() - start) < account.most) return call(letters);
      counts.throttled++;
      if (clock.now() + pauseMs < until) return void clock.after(pauseMs, () => tryTo(Math.min(2 * pauseMs, REFUSED_MS.most)));
      // It was delivered all the same, as SQS counts, and comes again.
      counts.dropped++;
      running--;
      clock.after(until - clock.now(), look);
    };
    tryTo(REFUSED_MS.first);
  };

  const call = (letters: readonly Letter[]): void => {
    account.running++;
    counts.calls++;
    counts.mostAtOnce = Math.max(counts.mostAtOnce, running);
    const began = clock.now();
    let isOver = false;
    let onEnd: () => void = () => undefined;
    const end = (): void => {
      if (isOver) return;
      isOver = true;
      running--;
      account.running--;
      const ms = clock.now() - began;
      counts.busyMs += ms;
      counts.gbSeconds += (ms / 1000) * (memoryMb / 1024);
      onEnd();
      look();
    };
    const warm = idle.pop();
    const instance = warm ?? create();
    const { process } = instance;
    // Whoever kills it: its call ends with it, and what it was given comes again.
    process.onEnd.add(end);
    const stops = [
      clock.after((warm ? 0 : coldMs) + timeoutMs, () => {
        counts.timeouts++;
        process.kill();
      }),
    ];
    if (clock.random() < kills.share) stops.push(clock.after(clock.random() * kills.withinMs, process.kill));
    onEnd = () => {
      for (const stop of stops) stop();
    };
    const begin = (): void => {
      const until = clock.now() + timeoutMs;
      void instance
        .handle(letters, () => until - clock.now())
        .catch(() => {
          counts.errors++;
          return new Set(letters.map(({ id }) => id));
        })
        .then((failed) => {
          if (!process.isAlive) return;
          queue.remove(letters.filter(({ id }) => !failed.has(id)));
          process.onEnd.delete(end);
          idle.push(instance);
          end();
        });
    };
    if (warm) begin();
    else {
      counts.colds++;
      clock.after(coldMs, () => {
        if (process.isAlive) begin();
      });
    }
  };

  const create = (): Instance => {
    const process = createProcess(() => counts.killed++);
    return { process, handle: open(process) };
  };

  queue.onReady(look);
  return { counts };
}
