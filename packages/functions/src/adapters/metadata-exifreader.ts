import type { Worker } from "node:worker_threads";
import { AppError } from "@tintype/core/kernel";
import type { MetadataReader, Tags } from "@tintype/core/media";
import { headerOf } from "./image-jpeg.ts";
import { startThread } from "./thread.ts";

const START_MS = 30_000;

/** The MetadataReader port on exifreader; `close` ends its thread. */
export type ExifReader = MetadataReader & { close(): void };

/**
 * Reads in a thread of its own, which is ended when a file takes longer than `timeoutMs`, or when there was nothing to read for `idleMs`; the
 * next file gets a new one. Files are read one after the other: a photo takes a few milliseconds.
 */
export function exifReader({ timeoutMs = 3000, idleMs = 30_000 } = {}): ExifReader {
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
    worker ??= startReader();
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

async function startReader(): Promise<Worker> {
  const thread = startThread(import.meta.url, "metadata-worker", { resourceLimits: { maxOldGenerationSizeMb: 256 } });
  // An error ends the thread, and its end is what is listened to; unheard it would end this process.
  thread.on("error", () => undefined);
  if ((await answerOf(thread, START_MS)) === undefined) throw new AppError("decoder_unavailable", "metadata-worker did not start");
  return thread;
}

/** The thread's next message; undefined when it ends first or takes longer. While waited for, it keeps the process alive. */
function answerOf(thread: Worker, timeoutMs: number): Promise<Tags | undefined> {
  return new Promise((resolve) => {
    const settle = (answer?: Tags): void => {
      clearTimeout(timeout);
      thread.off("message", settle);
      thread.off("exit", onEnd);
      thread.unref();
      resolve(answer);
    };
    const onEnd = (): void => settle();
    const timeout = setTimeout(onEnd, timeoutMs);
    thread.ref();
    thread.on("message", settle);
    thread.once("exit", onEnd);
  });
}
