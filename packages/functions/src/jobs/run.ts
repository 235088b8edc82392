import type { Ctx } from "@tintype/core/kernel";
import type { Ports } from "@tintype/core/media";
import { ingestKind } from "./ingest.ts";
import { purge } from "./purge.ts";
import { sweepKind, sweepLibrary, SWEEP_EVERY_MS } from "./sweep.ts";
import { refreshTimeline } from "./timeline.ts";
import { startWorker } from "./worker.ts";

const PURGE_EVERY_MS = 5 * 60_000;

/** Starts everything that runs in the background: the queue's worker and the regular rounds. Gives how to stop them. */
export function startJobs(ctx: Ctx, ports: Ports): { stop: () => Promise<void> } {
  const worker = startWorker(ctx, {
    kinds: {
      ingest: ingestKind(ports),
      sweep: sweepKind,
      timeline: { run: refreshTimeline, concurrency: 1 },
    },
  });
  const stopPurge = every(PURGE_EVERY_MS, () => purge(ctx), ctx);
  const stopSweep = every(SWEEP_EVERY_MS, () => sweepLibrary(ctx), ctx);
  return {
    stop: async () => {
      await Promise.all([worker.stop(), stopPurge(), stopSweep()]);
    },
  };
}

/** Runs `round` now and then `ms` after each end; a round that fails is logged and comes again. Gives how to stop after the present one. */
function every(ms: number, round: () => Promise<unknown>, ctx: Ctx): () => Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;
  let present: Promise<unknown>;
  const go = (): void => {
    present = round()
      .catch((error: unknown) => ctx.log.error("round failed", { error }))
      .finally(() => {
        if (!stopped) timer = setTimeout(go, ms);
      });
  };
  go();
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await present;
  };
}
