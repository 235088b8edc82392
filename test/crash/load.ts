import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "../support/client.ts";
import { sha256, type Told } from "./told.ts";

export type Load = {
  /** What must never happen: failed uploads, requests without an answer in time, answers that call themselves a bug. */
  wrong: readonly string[];
  /** How often a request failed, as it must under kills. */
  refused: () => number;
  /** Begins no more; resolves when all that was begun is acknowledged and safe, or after `limitMs`, with what is not told in `wrong`. */
  settle: (limitMs: number) => Promise<void>;
};

export type LoadOptions = {
  /** Gives a fresh one each time. */
  photo: () => Buffer;
  uploaders: number;
  /** One uploader more sends these, which are large enough to go in parts. */
  large?: () => Buffer;
};

/** Acknowledged uploads that may wait for ingest before no more are sent. */
const MOST_PENDING = 30;
const PAUSE_MS = 150;
const RETRY_MS = 250;
const LARGE_EVERY_MS = 8_000;
const HANG = "TimeoutError";

/**
 * People who upload photos and watch until they are safe, whatever fails: a file that was not acknowledged is sent again, as the web app does it.
 * `told` says what was acknowledged: a sum of `objects` when the app has answered that all bytes have arrived.
 */
export function startLoad(client: Client, told: Told, { photo, uploaders, large }: LoadOptions): Load {
  const pending = new Map<string, string>();
  const wrong: string[] = [];
  let refused = 0;
  const draining = new AbortController();
  const stopped = new AbortController();

  const failed = (error: unknown): void => {
    refused++;
    const text = error instanceof Error ? error.message : String(error);
    if (error instanceof Error && error.name === HANG) wrong.push(`no answer in time: ${text}`);
    if (/: 500 /u.test(text)) wrong.push(text);
  };

  const send = async (bytes: Buffer): Promise<void> => {
    const sum = sha256(bytes);
    while (!stopped.signal.aborted) {
      try {
        const outcome = await client.upload({ name: `crash ${sum.slice(0, 6)}.jpg`, bytes });
        if (outcome.status === "have") told.assets.set(outcome.assetId, sum);
        else pending.set(outcome.uploadId, sum);
        told.objects.add(sum);
        return;
      } catch (error) {
        failed(error);
        await sleep(RETRY_MS);
      }
    }
  };

  const small = async (): Promise<void> => {
    while (!draining.signal.aborted) {
      if (pending.size < MOST_PENDING) await send(photo());
      await sleep(PAUSE_MS);
    }
  };

  const sendLarge = async (make: () => Buffer): Promise<void> => {
    while (!draining.signal.aborted) {
      await send(make());
      for (const end = Date.now() + LARGE_EVERY_MS; !draining.signal.aborted && Date.now() < end;) await sleep(100);
    }
  };

  const watch = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      const ids = [...pending.keys()].slice(0, 200);
      const known = await (ids.length > 0 ? client.status(ids) : Promise.resolve([])).catch((error: unknown) => {
        failed(error);
        return [];
      });
      for (const { id, state, safe, assetId, reason } of known) {
        if (state === "failed" || state === "expired") wrong.push(`the upload ${id} ${state}: ${reason}`);
        if (safe && assetId !== null) told.assets.set(assetId, pending.get(id) ?? "");
        if (safe || state === "failed" || state === "expired") pending.delete(id);
      }
      await sleep(100);
    }
  };

  const senders = Promise.all([...Array.from({ length: uploaders }, small), large && sendLarge(large)]);
  const watcher = watch();
  return {
    wrong,
    refused: () => refused,
    settle: async (limitMs) => {
      draining.abort();
      const end = Date.now() + limitMs;
      const isSent = await Promise.race([senders.then(() => true), sleep(limitMs, false)]);
      while (Date.now() < end && pending.size > 0) await sleep(100);
      if (!isSent) wrong.push("a file could not be sent to its end");
      wrong.push(...[...pending.keys()].map((id) => `the upload ${id} was acknowledged, and is not safe`));
      stopped.abort();
      await Promise.all([senders, watcher]);
    },
  };
}
