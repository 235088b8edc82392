import type { InferRequestType, InferResponseType } from "hono/client";
import { client, ok } from "./api.ts";
import { all } from "./pages.ts";

const { albums } = client.api;
const one = albums[":id"];

/** An album as lists and its own page show it. */
export type Album = InferResponseType<typeof albums.$get, 200>["albums"][number];
export type Member = Album["members"][number];
export type Role = Member["role"];
export type AlbumChange = InferRequestType<typeof one.$patch>["json"];
/** What became of photos that were to be saved to one's own library. */
export type Kept = InferResponseType<typeof one.save.$post, 200>;
/** Photos by their ids, and by ranges of the timeline, `MONTH:REVISION:FROM:TO`. */
export type Picked = { ids: string[]; ranges: string[] };

export const albumApi = {
  /** All of them, or those that a photo is in. */
  list: (asset?: string) =>
    all(async (after) => {
      const page = await ok(albums.$get({ query: { ...(asset !== undefined && { asset }), ...(after !== undefined && { after }) } }));
      return { found: page.albums, next: page.next };
    }),
  get: (id: string) => ok(one.$get({ param: { id } })),
  create: (json: InferRequestType<typeof albums.$post>["json"]) => ok(albums.$post({ json })),
  edit: (id: string, json: AlbumChange) => ok(one.$patch({ param: { id }, json })),
  remove: async (id: string) => void (await one.$delete({ param: { id } })),
  add: (id: string, json: Picked) => ok(one.add.$post({ param: { id }, json })),
  take: (id: string, ids: string[]) => ok(one.remove.$post({ param: { id }, json: { ids } })),
  putBack: async (id: string, token: string) => (await ok(one.restore.$post({ param: { id }, json: { token } }))).restored,
  /** Saves photos of others to one's own library; by `token` that can be undone. */
  keep: (id: string, ids: string[], token: string) => ok(one.save.$post({ param: { id }, json: { ids, token } })),
  move: async (id: string, ids: string[], before: string | null) => void (await one.order.$post({ param: { id }, json: { ids, before } })),
  share: (id: string, who: string, role: Role) => ok(one.members.$post({ param: { id }, json: { who, role } })),
  /** The others here, with whom one may share. */
  people: async () => (await ok(client.api.people.$get())).people,
  changeRole: async (id: string, userId: string, role: Role) =>
    void (await one.members[":userId"].$patch({ param: { id, userId }, json: { role } })),
  putOut: async (id: string, userId: string) => void (await one.members[":userId"].$delete({ param: { id, userId } })),
  leave: async (id: string) => void (await one.leave.$post({ param: { id } })),
};
