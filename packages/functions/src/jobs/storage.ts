import { knownFiles } from "@tintype/core/admin";
import { AppError, type Ctx } from "@tintype/core/kernel";
import { type Capabilities, readCapabilities, type SetUp, STORAGE_JOB, SWEEP_JOB, writeCapabilities } from "@tintype/core/storage";
import type { Kind } from "./perform.ts";

/**
 * What can be done with the store as a whole; `files` are in the index. Both throw `storage_unavailable` when it is away, and the job comes again.
 */
export type StorageWork = { setUp: (files: number) => Promise<SetUp>; probe: () => Promise<Capabilities> };

/**
 * Jobs of the kind `storage`: sets the store up, then finds out what it does and remembers that. In a store that is new to it the library is looked
 * through.
 */
export function storageKind({ setUp, probe }: StorageWork): Kind {
  return {
    concurrency: 1,
    run: async (ctx) => {
      const files = await knownFiles(ctx);
      const isNew = (await readCapabilities(ctx)) === undefined;
      const outcomes = await setUp(files);
      const found = await probe().catch((error: unknown) => giveUp(ctx, outcomes, error));
      if (isNew && files > 0) await ctx.queue.enqueue([SWEEP_JOB]);
      await writeCapabilities(ctx, { ...found, setUp: outcomes });
      // Not their lines: there is a token among them.
      const states = Object.fromEntries(Object.entries(outcomes).map(([duty, { state }]) => [duty, state]));
      const answers = Object.fromEntries(Object.entries(found.checks).map(([check, { answer }]) => [check, answer]));
      ctx.log.info("storage.probed", { server: found.server, ...states, ...answers });
    },
  };
}

/** Where there is no bucket to probe, the set-up knows best why: that is what people are told, until the job comes again. */
async function giveUp(ctx: Ctx, setUp: SetUp, cause: unknown): Promise<never> {
  if (setUp.bucket.state === "done") throw cause;
  const before = await readCapabilities(ctx);
  if (before) await writeCapabilities(ctx, { ...before, setUp });
  throw new AppError("storage_unavailable", setUp.bucket.detail, { cause });
}

/** Asks for it, as at every start: the store may be another one by now. */
export async function askForStorage(ctx: Ctx): Promise<void> {
  await ctx.queue.enqueue([STORAGE_JOB]).catch((error: unknown) => ctx.log.warn("storage.not_asked_for", { error }));
}
