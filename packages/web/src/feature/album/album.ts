import { albumApi, type Album } from "../../lib/album-api.ts";
import { createStore } from "../../lib/store.ts";
import { session } from "../account/session.ts";

/** One's own albums and those shared with one, as last heard; undefined until then. */
export const albums = createStore<readonly Album[] | undefined>(undefined);

let asked = 0;

/** Asks for the albums anew. Throws what the request threw; what is shown stays. */
export async function loadAlbums(): Promise<readonly Album[]> {
  const own = ++asked;
  const list = await albumApi.list();
  if (own === asked) albums.set(list);
  return list;
}

/** Tells all who show it what an album is now; the last changed comes first. */
export function noteAlbum(album: Album): void {
  const others = (albums.get() ?? []).filter(({ id }) => id !== album.id);
  albums.set([album, ...others]);
}

/** Tells all who show it that an album is not there any more. */
export function forgetAlbum(id: string): void {
  albums.set(albums.get()?.filter((album) => album.id !== id));
}

/** Whether one may put photos of one's own into it. */
export function mayAdd({ role }: Pick<Album, "role">): boolean {
  return role !== "viewer";
}

/** Whether one may change what it is called, shows and in which order. */
export function mayEdit({ role }: Pick<Album, "role">): boolean {
  return role === null || role === "editor";
}

session.subscribe(() => {
  if (session.get().status === "out") albums.set(undefined);
});
