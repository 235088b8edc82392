import * as Ingest from "@tintype/core/ingest";
import { isOutage, type Ctx } from "@tintype/core/kernel";
import type { Ports } from "@tintype/core/media";
import * as Staging from "@tintype/core/staging";
import { z } from "zod";
import { STEPS } from "./steps.ts";
import type { Kind } from "./perform.ts";

const Payload = z.object({ key: z.string().min(1) });

/** Two are decoded, two are read meanwhile. */
const CONCURRENCY = 4;
/** Failures of ours on one file, or kills of the process at it, before it is shown without what we could not find out. */
const TRIES = 4;
const GIVEN_UP = "Something went wrong while this file was read. It is kept as it is.";

/**
 * Jobs of the kind `ingest` {key}. One that fails comes again, for as long as it takes while something is away (the worker does not count that);
 * a file on which we fail, or the process is killed, `TRIES` times ends as `unprocessable`.
 */
export function ingestKind(ports: Ports): Kind {
  return { concurrency: CONCURRENCY, run: async (ctx, payload, attempt) => ingest(ctx, ports, Payload.parse(payload).key, attempt) };
}

async function ingest(ctx: Ctx, ports: Ports, key: string, attempt: number): Promise<void> {
  // The last failure would have given it up: the tries ended with the process, and so would this one.
  if (attempt > TRIES) return giveUp(ctx, ports, key, new Error("The process was killed at it."));
  try {
    await ingestKey(ctx, ports, key, attempt > 1);
  } catch (error) {
    if (attempt < TRIES || isOutage(error)) throw error;
    await giveUp(ctx, ports, key, error);
  }
}

/**
 * Brings what lies at a key into the library; see `Ingest.run` and `Staging.run`. `isAgain`: an earlier try came to no end; then what is staged is
 * copied, and decoded in a job of the copy's own.
 */
export async function ingestKey(ctx: Ctx, ports: Ports, key: string, isAgain = false): Promise<void> {
  const steps = isAgain ? {} : { steps: STEPS };
  if (Staging.isStaged(key)) ctx.log.info("staged", { key, ...(await Staging.run(ctx, ports, { key, ...steps })) });
  else ctx.log.info("ingested", { key, ...(await Ingest.run(ctx, ports, { key, steps: STEPS })) });
}

/** Ends it: the file is kept as it is, and said to be unreadable. */
export async function giveUp(ctx: Ctx, ports: Ports, key: string, error: unknown): Promise<void> {
  ctx.log.error("ingest given up", { key, error });
  if (Staging.isStaged(key)) await Staging.run(ctx, ports, { key, giveUp: true });
  else await Ingest.run(ctx, ports, { key, steps: STEPS, giveUp: GIVEN_UP });
}

/** Queues what a store's message hints at; see `Ingest.hints`. A hint that cannot be queued is logged: the sweep finds the object. */
export async function hintFrom(ctx: Ctx, message: unknown, bucket: string): Promise<void> {
  const hints = Ingest.hints(message, bucket) ?? [];
  try {
    await ctx.queue.enqueue(await Staging.jobsOf(ctx, hints));
  } catch (error) {
    ctx.log.warn("hint not queued", { keys: hints.map(({ key }) => key), error });
  }
}
