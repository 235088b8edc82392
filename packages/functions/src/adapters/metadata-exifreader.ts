import type { Worker } from "node:worker_threads";
import { AppError } from "@tintype/core/kernel";
import type { MetadataReader, Tags } from "@tintype/core/media";
import { headerOf } from "./image-jpeg.ts";
import { startThread } from "./thread.ts";

const START_MS = 30_000;

/** The MetadataReader port on exifreader; `close` ends its thread. */
export type ExifReader = MetadataReader & { close(): void };

/** The module that a reader's thread runs: `name` beside `from`, an `import.meta.url`. */
type Module = { name: string; from: string };

const WORKER: Module = { name: "metadata-worker", from: import.meta.url };

/**
 * Reads in a thread of its own, which is ended when a file takes longer than `timeoutMs`, or when there was nothing to read for `idleMs`; the
 * next file gets a new one. Files are read one after the other: a photo takes a few milliseconds.
 */
export function exifReader({ timeoutMs = 3000, idleMs = 30_000, worker: module = WORKER } = {}): ExifReader {
  let worker: Promise<Worker> | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  let sleep: NodeJS.Timeout | undefined;

  const end = (): void => {
    clearTimeout(sleep);
    void worker?.then((thread) => thread.terminate());
    worker = undefined;
  };
  const readOne = async (bytes: Uint8Array): Promise<Tags | undefined> => {
    clearTimeout(sleep);
    worker ??= startReader(module);
    const thread = await worker.catch((error: unknown) => {
      worker = undefined;
      throw error;
    });
    const copy = new Uint8Array(headerOf(bytes));
    thread.postMessage(copy, [copy.buffer]);
    const tags = await answerOf(thread, timeoutMs);
    if (tags === undefined) end();
    else sleep = setTimeout(end, idleMs).unref();
    return tags;
  };
  return {
    read(bytes) {
      const reading = turn.then(() => readOne(bytes));
      turn = reading.catch(() => undefined);
      return reading;
    },
    close: end,
  };
}

async function startReader({ name, from }: Module): Promise<Worker> {
  const thread = startThread(from, name, { resourceLimits: { maxOldGenerationSizeMb: 256 } });
  // An error ends the thread, and its end is what is listened to; unheard it would end this process.
  thread.on("error", () => undefined);
  if ((await answerOf(thread, START_MS)) === undefined) throw new AppError("decoder_unavailable", `${name} did not start`);
  return thread;
}

/** The thread's next message; undefined when it ends first or takes longer. While waited for, it keeps the process alive. */
function answerOf(thread: Worker, timeoutMs: number): Promise<Tags | undefined> {
  return new Promise((resolve) => {
    let late: NodeJS.Immediate | undefined;
    const settle = (answer?: Tags): void => {
      clearTimeout(timeout);
      clearImmediate(late);
      thread.off("message", settle);
      thread.off("exit", onEnd);
      thread.unref();
      resolve(answer);
    };
    const onEnd = (): void => settle();
    // When this process itself was held up, an answer may be waiting behind the timer: it is taken first.
    const timeout = setTimeout(() => (late = setImmediate(onEnd)), timeoutMs);
    thread.ref();
    thread.on("message", settle);
    thread.once("exit", onEnd);
  });
}
