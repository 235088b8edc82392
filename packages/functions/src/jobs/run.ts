import type { Ctx } from "@tintype/core/kernel";
import type { Ports } from "@tintype/core/media";
import { ingestKind } from "./ingest.ts";
import { everyRound, roundKind } from "./round.ts";
import { askForStorage, storageKind, type StorageWork } from "./storage.ts";
import { sweepKind, type SweepOptions } from "./sweep.ts";
import { refreshTimeline } from "./timeline.ts";
import { startWorker } from "./worker.ts";

const PURGE_EVERY_MS = 5 * 60_000;
const PARTS_EVERY_MS = 24 * 3_600_000;
/** What nobody told of is found within this time. */
const SWEEP_EVERY_MS = 60_000;

export type JobsOptions = {
  /** Pause between sweeps, in ms. */
  sweepMs?: number;
  /** For a store that is not our own: it is set up and probed at the start, and when asked for. */
  storage?: StorageWork;
} & SweepOptions;

/** Starts everything that runs in the background: the queue's worker and the regular rounds. Gives how to stop them. */
export function startJobs(
  ctx: Ctx,
  ports: Ports,
  { sweepMs = SWEEP_EVERY_MS, storage, ...sweeping }: JobsOptions = {},
): { stop: () => Promise<void> } {
  const worker = startWorker(ctx, {
    kinds: {
      ingest: ingestKind(ports),
      sweep: sweepKind,
      round: roundKind(sweeping),
      timeline: { run: refreshTimeline, concurrency: 1 },
      ...(storage && { storage: storageKind(storage) }),
    },
  });
  if (storage) void askForStorage(ctx);
  const stopRounds = [everyRound(ctx, "purge", PURGE_EVERY_MS), everyRound(ctx, "sweep", sweepMs)];
  if (storage) stopRounds.push(everyRound(ctx, "parts", PARTS_EVERY_MS));
  return {
    stop: async () => {
      for (const stop of stopRounds) stop();
      await worker.stop();
    },
  };
}
