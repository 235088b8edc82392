import type { Ctx } from "@tintype/core/kernel";
import type { Ports } from "@tintype/core/media";
import type { Meter } from "@tintype/core/usage";
import { startCounting } from "./count.ts";
import { ingestKind } from "./ingest.ts";
import type { Kind } from "./perform.ts";
import { dropStaleParts, purge, purgeKind } from "./purge.ts";
import { adoptKind, askForAdoption, followKind } from "./reference.ts";
import { type Rounds, roundKind, startRounds } from "./round.ts";
import { askForStorage, storageKind, type StorageWork } from "./storage.ts";
import { askForStripped, stripKind } from "./strip.ts";
import { sweepKind, sweepLibrary, type SweepOptions } from "./sweep.ts";
import { refreshTimeline } from "./timeline.ts";
import { startWorker } from "./worker.ts";

const PURGE_EVERY_MS = 5 * 60_000;
/** How long a new link at most waits until its copies are made; whoever asks for one before has it made at once. */
const STRIP_EVERY_MS = 60_000;
/** How long what was deleted for good at most waits until what others show of it begins to be copied. */
const REFERENCES_EVERY_MS = 60_000;
const PARTS_EVERY_MS = 24 * 3_600_000;
/** What nobody told of is found within this time. */
const SWEEP_EVERY_MS = 60_000;

export type JobsOptions = {
  /** Pause between sweeps, in ms. */
  sweepMs?: number;
  /** For a store that is not our own: it is set up and probed at the start, and when asked for. */
  storage?: StorageWork;
  /** What this process counts, where nobody else writes that down. */
  meter?: Meter;
} & SweepOptions;

/** Starts everything that runs in the background: the queue's worker and the regular rounds. Gives how to stop them. */
export function startJobs(
  ctx: Ctx,
  ports: Ports,
  { sweepMs = SWEEP_EVERY_MS, storage, meter, ...sweeping }: JobsOptions = {},
): { stop: () => Promise<void> } {
  const rounds: Rounds = {
    purge: { run: purge, everyMs: PURGE_EVERY_MS },
    references: { run: askForAdoption, everyMs: REFERENCES_EVERY_MS },
    strip: { run: askForStripped, everyMs: STRIP_EVERY_MS },
    sweep: { run: (on) => sweepLibrary(on, sweeping), everyMs: sweepMs },
    ...(storage && { parts: { run: dropStaleParts, everyMs: PARTS_EVERY_MS } }),
  };
  const worker = startWorker(ctx, { kinds: { ...kindsOf(ports, storage), round: roundKind(rounds) } });
  if (storage) void askForStorage(ctx);
  const stopRounds = startRounds(ctx, rounds);
  const stopCounting = meter && startCounting(ctx, meter);
  return {
    stop: async () => {
      stopRounds();
      await worker.stop();
      await stopCounting?.();
    },
  };
}

/** What can be asked of the queue: every kind of job but the regular rounds, which are those of the runtime. */
export function kindsOf(ports: Ports, storage?: StorageWork): Readonly<Record<string, Kind>> {
  return {
    ingest: ingestKind(ports),
    follow: followKind,
    adopt: adoptKind,
    strip: stripKind(ports),
    sweep: sweepKind,
    purge: purgeKind,
    timeline: { run: refreshTimeline, concurrency: 1 },
    ...(storage && { storage: storageKind(storage) }),
  };
}
