import { AppError, type Ctx } from "#kernel";
import { packedIds, type Range } from "./items.ts";

/** Photos that a person picked: by id, and by ranges of the timeline where they are not loaded. */
export type Selection = { ids: readonly string[]; ranges: readonly Range[] };

/**
 * The ids of everything selected, each once, in the order given. That they are the actor's is for the asker to see. Throws `stale` when a
 * month has changed since it was selected in: the client then loads what changed, and knows the same photos by other ranges.
 */
export async function selected(ctx: Ctx, { ids, ranges }: Selection): Promise<string[]> {
  const found = await packedIds(ctx, ranges);
  const inRanges = found.flatMap((part, i) => {
    const { from, to } = ranges[i]!;
    if (part?.length !== to - from) throw new AppError("stale", "Your library has changed meanwhile. Try it again.");
    return part;
  });
  return [...new Set([...ids, ...inRanges])];
}
