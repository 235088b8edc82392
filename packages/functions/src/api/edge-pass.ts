import { bytesToHex, jsonIn } from "@tintype/core/kernel";
import type * as Session from "@tintype/core/session";
import { z } from "zod";
import type { EdgeDeps } from "./edge.ts";

/** For how long a pass holds: so long a session that was ended elsewhere is still shown what is kept of its timeline here. */
export const PASS_S = 30;
/** For how long nobody gets a pass after they changed something: until then the timeline has that in it, and what was asked before is answered. */
const ANEW_S = 10;

const Pass = z.object({
  until: z.number(),
  session: z.object({ id: z.string(), expiresAt: z.coerce.date() }),
  user: z.object({ id: z.string(), role: z.enum(["owner", "member"]) }),
  head: z.object({ epoch: z.string(), revision: z.int() }),
});

/**
 * Passes: whose a session is and which state their timeline has, kept near it for half a minute, so that a timeline that is looked at again asks no
 * database. They are good for that alone: for everything else the session is looked up. In the data centre where somebody signs out or changes
 * something no pass of theirs holds any longer; one elsewhere runs out by itself. What is unlocked is not told by a pass.
 */
export function createPasses({ kept, now }: Pick<EdgeDeps, "kept" | "now">) {
  return {
    async find(token: string): Promise<Session.Found | undefined> {
      const bytes = await kept.get(await nameOf(token));
      // Where it was dropped nothing is in it.
      const pass = bytes && Pass.safeParse(jsonIn(new TextDecoder().decode(bytes))).data;
      if (!pass) return undefined;
      const { until, session, user, head } = pass;
      if (Math.min(until, session.expiresAt.getTime()) <= now().getTime()) return undefined;
      return { session: { ...session, unlockedUntil: null }, user: { ...user, disabledAt: null }, head };
    },
    /** Keeps one of what was found, unless it was dropped meanwhile. */
    async keep(token: string, { session: { id, expiresAt }, user, head }: Session.Found): Promise<void> {
      const name = await nameOf(token);
      if ((await kept.get(name))?.length === 0) return;
      const until = now().getTime() + PASS_S * 1000;
      const pass: z.input<typeof Pass> = { until, session: { id, expiresAt }, user: { id: user.id, role: user.role }, head };
      await kept.put(name, new TextEncoder().encode(JSON.stringify(pass)), PASS_S);
    },
    /** Has what follows asked anew for a while. */
    async drop(token: string): Promise<void> {
      await kept.put(await nameOf(token), new Uint8Array(), ANEW_S);
    },
  };
}

/** Tokens themselves are kept nowhere. */
async function nameOf(token: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token));
  return `pass/${bytesToHex(new Uint8Array(hash))}`;
}
