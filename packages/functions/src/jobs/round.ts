import type { Ctx } from "@tintype/core/kernel";
import { z } from "zod";
import type { Kind } from "./perform.ts";

/** What is done again and again, by its name: `everyMs` is the pause after it, in ms. */
export type Rounds = Readonly<Record<string, { run: (ctx: Ctx) => Promise<unknown>; everyMs: number }>>;

const Payload = z.object({ name: z.string() });

/** Jobs of the kind `round` {name}: as jobs, so that of all processes on one database only one does each. At its end each asks for its next. */
export function roundKind(rounds: Rounds): Kind {
  return {
    concurrency: Object.keys(rounds).length,
    run: async (ctx, payload) => {
      const { name } = Payload.parse(payload);
      const round = rounds[name];
      // Of a newer version of ours, whose processes ask for it again.
      if (!round) return;
      try {
        await round.run(ctx);
      } finally {
        await ask(ctx, name, round.everyMs);
      }
    },
  };
}

/** Asks for each round now, and sees to it that there is always a next one; gives how to stop. */
export function startRounds(ctx: Ctx, rounds: Rounds): () => void {
  const askFor = (name: string, delayMs: number): void =>
    void ask(ctx, name, delayMs).catch((error: unknown) => ctx.log.warn("round not asked for", { name, error }));
  const timers = Object.entries(rounds).map(([name, { everyMs }]) => {
    askFor(name, 0);
    return setInterval(() => askFor(name, everyMs), everyMs);
  });
  return () => {
    for (const timer of timers) clearInterval(timer);
  };
}

/** What is asked for later changes nothing where it comes sooner. */
async function ask(ctx: Ctx, name: string, delayMs: number): Promise<void> {
  const runAt = new Date(Date.now() + delayMs);
  await ctx.queue.enqueue([{ kind: "round", payload: { name }, dedupe: name, ...(delayMs > 0 && { runAt }) }]);
}
