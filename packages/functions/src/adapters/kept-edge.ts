/** A name of no host: what is kept under it can be asked for by nobody from outside. */
const NOWHERE = "https://kept.tintype.invalid/";

/** What of the Workers Cache API is used here. */
export type NearCache = { match: (url: string) => Promise<Response | undefined>; put: (url: string, kept: Response) => Promise<void> };

/** The cache of the data centre in which the Worker runs. On addresses of `workers.dev` it keeps nothing. */
export function createKept(cache: NearCache) {
  const at = (name: string): string => NOWHERE + encodeURIComponent(name);
  return {
    get: async (name: string): Promise<Uint8Array<ArrayBuffer> | undefined> => {
      const found = await cache.match(at(name));
      return found && new Uint8Array(await found.arrayBuffer());
    },
    put: async (name: string, bytes: Uint8Array<ArrayBuffer>, seconds: number): Promise<void> => {
      const headers = { "cache-control": `max-age=${seconds}`, "content-type": "application/octet-stream" };
      await cache.put(at(name), new Response(bytes, { headers }));
    },
  };
}
