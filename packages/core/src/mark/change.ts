import { sql, type SQL } from "drizzle-orm";
import type { Action } from "#audit";

/** What is done to photos: exactly one thing. A rating is 1 to 5, or null for none. */
export type Change =
  | { favourite: boolean }
  | { rating: number | null }
  | { archived: boolean }
  | { locked: boolean }
  | { trashed: boolean };

/** The columns that a change sets, with the type of each: what may stand in a statement. */
export const FIELDS = {
  favourite: { column: sql.raw("favourite"), type: sql.raw("boolean") },
  rating: { column: sql.raw("rating"), type: sql.raw("smallint") },
  archived: { column: sql.raw("archived_at"), type: sql.raw("timestamptz") },
  locked: { column: sql.raw("locked_at"), type: sql.raw("timestamptz") },
  trashed: { column: sql.raw("trashed_at"), type: sql.raw("timestamptz") },
} as const satisfies Record<string, { column: SQL; type: SQL }>;

export type Field = keyof typeof FIELDS;

/** Whether a field says since when a photo is in a place. */
export function isPlace(field: Field): boolean {
  return field === "archived" || field === "locked" || field === "trashed";
}

/** The field that a change sets and its value, as Postgres reads it; null takes it away. Places are marked by the time at which it happened. */
export function valueOf(change: Change, now: Date): { field: Field; value: string | null } {
  if ("favourite" in change) return { field: "favourite", value: String(change.favourite) };
  if ("rating" in change) return { field: "rating", value: change.rating === null ? null : String(change.rating) };
  const at = (on: boolean) => (on ? now.toISOString() : null);
  if ("archived" in change) return { field: "archived", value: at(change.archived) };
  if ("locked" in change) return { field: "locked", value: at(change.locked) };
  return { field: "trashed", value: at(change.trashed) };
}

/** What is noted of a change that sets a field, or takes it away; nothing of what is a matter of taste. */
export function actionOf(field: Field, isSet: boolean): Action | undefined {
  if (field === "archived") return isSet ? "asset.archive" : undefined;
  if (field === "locked") return isSet ? "asset.lock" : "asset.unlock";
  if (field === "trashed") return isSet ? "asset.trash" : "asset.restore";
  return undefined;
}
