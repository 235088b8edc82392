import { decodeListed, type Listed } from "@tintype/core/geometry";
import type { Columns } from "../../grid/columns.ts";
import type { Kept } from "../../lib/album-api.ts";
import { request } from "../../lib/http.ts";
import type { Opened, Saved, Shared } from "./types.ts";

export type Link = ReturnType<typeof createLink>;

/** A share link as its page asks for it. Every failed request throws `Problem`. */
export function createLink(token: string) {
  const home = `/s/${encodeURIComponent(token)}`;
  let known: { etag: string | null; listed: Listed } | undefined;

  const ask = async (path: string, init?: RequestInit): Promise<Response> => request(`${home}/${path}`, init);
  const send = async (path: string, body: unknown, signal?: AbortSignal): Promise<Response> =>
    ask(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      ...(signal && { signal }),
    });
  // Our own server's answers, as its routes declare them.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  const read = async <T>(answer: Promise<Response>): Promise<T> => (await (await answer).json()) as T;

  return {
    token,
    home,
    send,
    read,
    remove: async (path: string) => ask(path, { method: "DELETE" }),
    open: () => read<Opened>(ask("open")),
    unlock: async (password: string) => void (await send("unlock", { password })),
    /** All photos by their ids; the same object while nothing has changed. */
    async geometry(): Promise<Listed> {
      const answer = await ask("geometry", { headers: known?.etag ? { "if-none-match": known.etag } : {} });
      if (answer.status === 304 && known) return known.listed;
      const etag = answer.headers.get("etag");
      if (known && known.etag === etag) return known.listed;
      known = { etag, listed: decodeListed(new Uint8Array(await answer.arrayBuffer())) };
      return known.listed;
    },
    items: (ids: readonly string[], signal: AbortSignal) => read<Columns>(send("items", { ids }, signal)),
    /** Into the library of who is signed in here. */
    keep: (ids: readonly string[]) => read<Kept>(send("save", { ids })),
    photo: (id: string) => read<Shared>(ask(`assets/${id}`)),
    downloads: (ids: readonly string[], signal: AbortSignal) => read<Saved>(send("downloads", { ids }, signal)),
    /** Where a browser's download of a photo starts. */
    hrefOf: (id: string) => `${home}/assets/${id}/original`,
  };
}
