import { api } from "../../lib/api.ts";
import { shareApi } from "../../lib/share-api.ts";
import { ownPhotos, type Photos } from "../gallery/photos.ts";
import type { Asked } from "./source.ts";

/** What guests have sent to an album and waits for its owner's word. */
export function createHeld(albumId: string) {
  let guests = new Map<string, string | null>();
  const asked: Asked = {
    geometry: "/api/collections/held/geometry",
    items: (ids, signal) => api.collectionItems("held", ids, signal),
    only: async () => {
      guests = new Map((await shareApi.held(albumId)).map(({ id, guestName }) => [id, guestName]));
      return new Set(guests.keys());
    },
  };
  const photos: Photos = {
    ...ownPhotos,
    detail: async (id) => ({ ...(await ownPhotos.detail(id)), sentBy: guests.get(id) ?? null }),
  };
  return {
    asked,
    photos,
    held: {
      decide: (ids: string[], accept: boolean, token: string) => shareApi.decide(albumId, ids, accept, token),
      undo: (token: string) => shareApi.undecide(albumId, token),
    },
  };
}
