import type { Ctx } from "@tintype/core/kernel";
import { z } from "zod";
import { dropStaleParts, purge } from "./purge.ts";
import { sweepLibrary, type SweepOptions } from "./sweep.ts";
import type { Kind } from "./worker.ts";

/** What is done again and again. */
const ROUNDS: Readonly<Record<string, (ctx: Ctx, options: SweepOptions) => Promise<void>>> = {
  purge,
  sweep: sweepLibrary,
  parts: dropStaleParts,
};

const Payload = z.object({ name: z.string() });

/** Jobs of the kind `round` {name}: as jobs, so that of all processes on one database only one does each. */
export function roundKind(options: SweepOptions = {}): Kind {
  return {
    concurrency: Object.keys(ROUNDS).length,
    run: async (ctx, payload) => ROUNDS[Payload.parse(payload).name]?.(ctx, options),
  };
}

/** Asks for a round now and every `ms` from now; gives how to stop. One that is still waiting or under way is not asked for twice. */
export function everyRound(ctx: Ctx, name: string, ms: number): () => void {
  const ask = (): void => {
    ctx.queue
      .enqueue([{ kind: "round", payload: { name }, dedupe: name }])
      .catch((error: unknown) => ctx.log.warn("round not asked for", { name, error }));
  };
  ask();
  const timer = setInterval(ask, ms);
  return () => clearInterval(timer);
}
