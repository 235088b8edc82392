import { asset } from "@tintype/core/asset/table";
import type { Ctx } from "@tintype/core/kernel";
import * as Timeline from "@tintype/core/timeline";
import { inArray } from "drizzle-orm";
import { addShown } from "./person.ts";

/** The month that `fill` fills. */
export const NOVEMBER = 2026 * 12 + 10;

/** Two ids by which changes are undone. */
export const TOKEN = "019dd7a2-4f20-7000-8000-000000000001";
export const OTHER = "019dd7a2-4f20-7000-8000-000000000002";

/** The rows of these photos, in this order. */
export async function rowsOf({ db }: Pick<Ctx, "db">, list: readonly string[]): Promise<(typeof asset.$inferSelect)[]> {
  const rows = await db
    .select()
    .from(asset)
    .where(inArray(asset.id, [...list]));
  return list.map((id) => rows.find((row) => row.id === id)!);
}

/** Photos of as many days of a month, newest first as the timeline numbers them, and packed. */
export async function fill(system: Ctx, ownerId: string, count: number): Promise<string[]> {
  const made: string[] = [];
  for (let i = 0; i < count; i++) {
    made.push(await addShown(system, ownerId, `2026-11-${String(28 - i).padStart(2, "0")}T10:00:00`));
  }
  await Timeline.refresh(system, ownerId);
  return made;
}

/** A selection by ids. */
export function ids(...list: string[]): Timeline.Selection {
  return { ids: list, ranges: [] };
}

/** A selection of a range of that month. */
export function range(from: number, to: number, revision = 1): Timeline.Selection {
  return { ids: [], ranges: [{ month: NOVEMBER, revision, from, to }] };
}

/** The same person in a browser in which they have just shown who they are. */
export function unlocked(ctx: Ctx): Ctx {
  if (ctx.actor.kind !== "user") throw new Error("only a person unlocks");
  return { ...ctx, actor: { ...ctx.actor, session: { id: ctx.actor.userId, unlocked: true } } };
}
