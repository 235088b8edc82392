import { bytesToHex, jsonIn } from "@tintype/core/kernel";
import type * as Session from "@tintype/core/session";
import { z } from "zod";
import type { EdgeDeps } from "./edge.ts";

/** For how long a pass holds: so long a session that was ended elsewhere is still shown what is kept of its timeline here. */
export const PASS_S = 30;
/** For how long after somebody changed something nothing that is found gives a pass: until then the timeline has that in it. */
const ANEW_S = 10;
/** For how long the mark of that lies: for longer than any pass holds that it speaks against, on a clock that is a little off, too. */
const MARK_S = ANEW_S + PASS_S + 20;

const Pass = z.object({
  /** When it was asked for what it says. */
  askedAt: z.number(),
  session: z.object({ id: z.string(), expiresAt: z.coerce.date() }),
  user: z.object({ id: z.string(), role: z.enum(["owner", "member"]) }),
  head: z.object({ epoch: z.string(), revision: z.int() }),
});
const Mark = z.object({ droppedAt: z.number() });

/**
 * Passes: whose a session is and which state their timeline has, kept near it for half a minute, so that a timeline that is looked at again asks no
 * database. They are good for that alone: for everything else the session is looked up. In the data centre where somebody signs out or changes
 * something no pass of theirs holds any longer; one elsewhere runs out by itself. What is unlocked is not told by a pass.
 *
 * That passes do not hold is told by a mark under a name of its own: who asked before it was made may keep a pass after that, and would overwrite it.
 */
export function createPasses({ kept, now }: Pick<EdgeDeps, "kept" | "now">) {
  const read = async <T>(name: string, schema: z.ZodType<T>): Promise<T | undefined> => {
    const bytes = await kept.get(name);
    return bytes && schema.safeParse(jsonIn(new TextDecoder().decode(bytes))).data;
  };
  const write = (name: string, what: object, seconds: number) => kept.put(name, new TextEncoder().encode(JSON.stringify(what)), seconds);

  return {
    async find(token: string): Promise<Session.Found | undefined> {
      const names = await namesOf(token);
      const [pass, mark] = await Promise.all([read(names.pass, Pass), read(names.mark, Mark)]);
      if (!pass) return undefined;
      const { askedAt, session, user, head } = pass;
      if (mark && askedAt < mark.droppedAt + ANEW_S * 1000) return undefined;
      if (Math.min(askedAt + PASS_S * 1000, session.expiresAt.getTime()) <= now().getTime()) return undefined;
      return { session: { ...session, unlockedUntil: null }, user: { ...user, disabledAt: null }, head };
    },
    /** Keeps one of what was found by who asked for it then. */
    async keep(token: string, { session: { id, expiresAt }, user, head }: Session.Found, askedAt: Date): Promise<void> {
      const pass = { askedAt: askedAt.getTime(), session: { id, expiresAt }, user: { id: user.id, role: user.role }, head };
      await write((await namesOf(token)).pass, pass satisfies z.input<typeof Pass>, PASS_S);
    },
    /** Has what follows asked anew for a while. */
    async drop(token: string): Promise<void> {
      await write((await namesOf(token)).mark, { droppedAt: now().getTime() } satisfies z.input<typeof Mark>, MARK_S);
    },
  };
}

/** Tokens themselves are kept nowhere. */
async function namesOf(token: string): Promise<{ pass: string; mark: string }> {
  const hash = bytesToHex(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token))));
  return { pass: `pass/${hash}`, mark: `dropped/${hash}` };
}
