import { decode, type Geometry } from "@tintype/core/geometry";
import type { Head, Place } from "@tintype/core/timeline";
import { itemAt } from "../../grid/columns.ts";
import type { Item, Range, Source } from "../../grid/items.ts";
import { api, type ItemColumns } from "../../lib/api.ts";
import { Problem, request } from "../../lib/http.ts";
import { MAX_ITEMS } from "../../lib/limit.ts";

/** The timeline of the signed-in user. */
export const timelineSource: Source = {
  async items(ranges, signal) {
    const groups = requestsOf(ranges);
    const answers = await Promise.all(groups.map((group) => api.items(group.map(rangeText).join(), signal)));
    return answers.flatMap((columns, i) => toRows(columns, groups[i] ?? []));
  },
};

/** Ranges, none of which is longer, in groups that one request each may ask for. */
export function requestsOf(ranges: readonly Range[]): Range[][] {
  const groups: Range[][] = [];
  let room = 0;
  for (const range of ranges) {
    const count = range.to - range.from;
    if (count > room) {
      groups.push([]);
      room = MAX_ITEMS;
    }
    groups.at(-1)?.push(range);
    room -= count;
  }
  return groups;
}

/** A range as the API writes it. */
export function rangeText({ month, revision, from, to }: Range): string {
  return `${month}:${revision}:${from}:${to}`;
}

/** Columns as one list of items per range, null for stale ranges. */
export function toRows(columns: ItemColumns, ranges: readonly Range[]): (Item[] | null)[] {
  let at = 0;
  return ranges.map(({ from, to }, r) => {
    if (columns.stale[r]) return null;
    const begin = at;
    at += to - from;
    return Array.from({ length: to - from }, (_, i) => itemAt(columns, begin + i));
  });
}

/** The whole geometry and its epoch; the browser's cache revalidates it by both epoch and revision. */
export async function loadGeometry(signal: AbortSignal): Promise<Geometry & Head> {
  return read(await request("/api/timeline/geometry", { signal }));
}

/** The epoch in an ETag `W/"EPOCH.REVISION"`; without one, the epoch that no timeline has: everything is then loaded each time. */
export function epochOf(etag: string | null): string {
  return /"([^".]+)\./u.exec(etag ?? "")?.[1] ?? "0";
}

/** The chunks that changed since. Throws Problem `stale` when the server's timeline is another one. */
export async function loadChanges(since: Head, signal: AbortSignal): Promise<Geometry & Head> {
  return read(await request(`/api/timeline/changes?since=${since.epoch}.${since.revision}`, { signal }));
}

/** Where an asset is in the timeline; undefined when it is not there. */
export async function locate(id: string, signal: AbortSignal): Promise<Place | undefined> {
  try {
    return await api.locate(id, signal);
  } catch (error) {
    // An address that somebody mistyped names nothing either.
    if (error instanceof Problem && (error.status === 404 || error.code === "invalid")) return undefined;
    throw error;
  }
}

async function read(response: Response): Promise<Geometry & Head> {
  const epoch = epochOf(response.headers.get("etag"));
  return { ...decode(new Uint8Array(await response.arrayBuffer())), epoch };
}
