import type { Log } from "@tintype/core/kernel";

/** What of the Workers Cache API is used here. */
export type NearCache = { match: (url: string) => Promise<Response | undefined>; put: (url: string, kept: Response) => Promise<void> };

/**
 * The cache of the data centre in which the Worker runs. On addresses of `workers.dev` it keeps nothing, nor well under another host than the
 * Worker's own; from outside, `/api/` is always answered by the Worker, which has no such path. One that fails keeps nothing, and is told of in the
 * log.
 */
export function createKept(cache: NearCache, origin: string, log: Log) {
  const at = (name: string): string => `${origin}/api/kept/${encodeURIComponent(name)}`;
  const failed = (error: unknown): undefined => {
    log.warn("kept.failed", { error });
  };
  return {
    get: async (name: string): Promise<Uint8Array<ArrayBuffer> | undefined> => {
      const found = await cache
        .match(at(name))
        .then((kept) => kept?.arrayBuffer())
        .catch(failed);
      return found && new Uint8Array(found);
    },
    put: async (name: string, bytes: Uint8Array<ArrayBuffer>, seconds: number): Promise<void> => {
      const headers = { "cache-control": `max-age=${seconds}`, "content-type": "application/octet-stream" };
      await cache.put(at(name), new Response(bytes, { headers })).catch(failed);
    },
  };
}
