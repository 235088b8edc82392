import type { InferRequestType, InferResponseType } from "hono/client";
import { client, ok } from "./api.ts";
import { all } from "./pages.ts";

const { links, "direct-links": directLinks, albums } = client.api;

/** A share link as its owner sees it. */
export type ShareLink = InferResponseType<typeof links.$get, 200>["links"][number];
export type NewLink = InferRequestType<typeof links.$post>["json"];
export type LinkChange = InferRequestType<(typeof links)[":id"]["$patch"]>["json"];
export type MadeLink = InferResponseType<typeof links.$post, 201>;
export type DirectLink = InferResponseType<(typeof directLinks)["$get"], 200>["links"][number];
/** A photo of a guest's that waits for a word. */
export type HeldPhoto = InferResponseType<(typeof albums)[":id"]["held"]["$get"], 200>["photos"][number];

/** Share links and direct links, for who makes them. */
export const shareApi = {
  links: (album?: string) =>
    all(async (after) => {
      const page = await ok(links.$get({ query: { ...(album !== undefined && { album }), ...(after !== undefined && { after }) } }));
      return { found: page.links, next: page.next };
    }),
  create: (json: NewLink) => ok(links.$post({ json })),
  change: async (id: string, json: LinkChange) => void (await links[":id"].$patch({ param: { id }, json })),
  revoke: async (id: string) => void (await links[":id"].$delete({ param: { id } })),
  direct: async () => (await ok(directLinks.$get())).links,
  createDirect: (json: { assetId: string; seconds: number }) => ok(directLinks.$post({ json })),
  held: async (id: string) => (await ok(albums[":id"].held.$get({ param: { id } }))).photos,
  /** Accepts or declines photos of guests; by `token` that can be undone. */
  decide: async (id: string, ids: string[], accept: boolean, token: string) =>
    (await ok(albums[":id"].held.$post({ param: { id }, json: { ids, accept, token } }))).count,
  undecide: async (id: string, token: string) => (await ok(albums[":id"].held.undo.$post({ param: { id }, json: { token } }))).count,
};
