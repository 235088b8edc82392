import { z } from "@hono/zod-openapi";
import * as Asset from "@tintype/core/asset";
import type * as Timeline from "@tintype/core/timeline";

const HEAD = /^([0-9a-f-]{1,36})\.(\d{1,9})$/u;
/** A state of a timeline that a client knows. */
export const Head = z
  .string()
  .openapi({ description: "EPOCH.REVISION, as the ETag of the geometry tells it", example: "0b0c9f2e-5a3d-4c58-9d0e-2f6f5f0a7b11.7" })
  .transform((text, ctx): Timeline.Head => {
    const [, epoch, revision] = HEAD.exec(text) ?? [];
    if (epoch !== undefined) return { epoch, revision: Number(revision) };
    ctx.addIssue({ code: "custom", message: "must be the ETag of a geometry, without quotes" });
    return z.NEVER;
  });

const RANGE = /^(\d{1,6}):(\d{1,9}):(\d{1,9}):(\d{1,9})$/u;
/** Items of one month of the timeline. */
export const PlacedRange = z
  .string()
  .max(40)
  .openapi({ description: "MONTH:REVISION:FROM:TO, half open", example: "24322:7:0:120" })
  .transform((text, ctx): Timeline.Range => rangeOf(text) ?? notRange(text, ctx));

/** Which items a client wants. */
export const Ranges = z
  .string()
  .max(10_000)
  .openapi({ description: "MONTH:REVISION:FROM:TO, comma-separated, half open", example: "24322:7:0:120,24321:7:0:40" })
  .transform((text, ctx) => text.split(",").map((part): Timeline.Range => rangeOf(part) ?? notRange(part, ctx)))
  .refine((ranges) => ranges.reduce((sum, { from, to }) => sum + to - from, 0) <= Asset.MAX_ITEMS, {
    error: `may ask for at most ${Asset.MAX_ITEMS} items in all`,
  });

function rangeOf(text: string): Timeline.Range | undefined {
  const [, month, revision, from, to] = (RANGE.exec(text) ?? []).map(Number);
  const isRange = month !== undefined && revision !== undefined && from !== undefined && to !== undefined && from < to;
  return isRange ? { month, revision, from, to } : undefined;
}

function notRange(text: string, ctx: z.RefinementCtx): never {
  ctx.addIssue({ code: "custom", message: `"${text.slice(0, 40)}" is not a range such as 24322:7:0:120` });
  return z.NEVER;
}
