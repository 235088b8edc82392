import { eq } from "drizzle-orm";
import { z } from "zod";
import { allow, type Ctx } from "#kernel";
import { setting } from "#kernel/table";

const NAME = "session_secret";
const BYTES = 32;

/** The secret that signs sessions where there is no folder of ours to keep it in: made at the first start of all, the same in every process. */
export async function sessionSecret(ctx: Pick<Ctx, "actor" | "db">): Promise<string> {
  allow(ctx, "ingest.run");
  const random = crypto.getRandomValues(new Uint8Array(BYTES));
  await ctx.db
    .insert(setting)
    .values({ name: NAME, value: Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("") })
    .onConflictDoNothing();
  return z.string().parse(await knownSessionSecret(ctx));
}

/** The secret that signs sessions; undefined before the first start of all. */
export async function knownSessionSecret(ctx: Pick<Ctx, "actor" | "db">): Promise<string | undefined> {
  allow(ctx, "ingest.run");
  const [row] = await ctx.db.select({ value: setting.value }).from(setting).where(eq(setting.name, NAME));
  return row && z.string().min(BYTES).parse(row.value);
}
