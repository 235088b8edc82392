import { eq } from "drizzle-orm";
import { z } from "zod";
import { allow, type Ctx } from "#kernel";
import { setting } from "#kernel/table";

const SETTING = "sweep";

/** Where the round over the listing stands. */
const Progress = z.object({
  /** The last key seen; none at the start of a round. */
  after: z.string().optional(),
  /** When the last round ended, between two rounds. */
  endedAt: z.iso.datetime().optional(),
  /** Of the round so far: assets that the listing showed, how many it did not show, and the first of their keys. */
  seen: z.int().default(0),
  absent: z.int().default(0),
  absentKeys: z.array(z.string()).default([]),
});

export type Progress = z.infer<typeof Progress>;

/** How far the last sweep came; nowhere yet when there was none, or when it was another program's. */
export async function readProgress(ctx: Pick<Ctx, "db">): Promise<Progress> {
  const [row] = await ctx.db.select({ value: setting.value }).from(setting).where(eq(setting.name, SETTING));
  const parsed = Progress.safeParse(row?.value ?? {});
  return parsed.success ? parsed.data : Progress.parse({});
}

/** Remembers it for the next sweep. The service's alone. */
export async function writeProgress(ctx: Ctx, value: Partial<Progress>): Promise<void> {
  allow(ctx, "ingest.run");
  const row = { name: SETTING, value, updatedAt: ctx.now() };
  await ctx.db.insert(setting).values(row).onConflictDoUpdate({ target: setting.name, set: row });
}
