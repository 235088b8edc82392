import type { Kept } from "../../lib/album-api.ts";
import { counted, formatCount } from "../../lib/format.ts";
import { MAX_ITEMS } from "../../lib/limit.ts";

/** Has photos saved by `save`, as many at a time as the server takes. */
export async function keepAll(ids: readonly string[], save: (some: string[]) => Promise<Kept>): Promise<Kept> {
  const all: Kept = { saved: [], have: [], missing: [] };
  for (let i = 0; i < ids.length; i += MAX_ITEMS) {
    const { saved, have, missing } = await save(ids.slice(i, i + MAX_ITEMS));
    all.saved.push(...saved);
    all.have.push(...have);
    all.missing.push(...missing);
  }
  return all;
}

/** "3 items saved to your library. 2 were in it already." */
export function keptText({ saved, have, missing }: Kept): string {
  if (saved.length + have.length === 0) return "Nothing was saved: it is not there any more.";
  if (saved.length === 0) return `${have.length === 1 ? "This is" : "These are"} in your library already.`;
  const are = (count: number): string => `${formatCount(count)} ${count === 1 ? "was" : "were"}`;
  const parts = [`${counted(saved.length, "item")} saved to your library`];
  if (have.length > 0) parts.push(`${are(have.length)} in it already`);
  if (missing.length > 0) parts.push(`${are(missing.length)} not there any more`);
  return parts.length === 1 ? parts[0]! : `${parts.join(". ")}.`;
}
