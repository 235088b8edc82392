import { api } from "../../lib/api.ts";
import { type HeldPhoto, shareApi } from "../../lib/share-api.ts";
import { ownPhotos, type Photos } from "../gallery/photos.ts";
import type { Asked } from "./source.ts";

/** What guests have sent to an album and waits for its owner's word. */
export function createHeld(albumId: string) {
  let waiting = new Map<string, HeldPhoto>();
  const asked: Asked = {
    geometry: "/api/collections/held/geometry",
    items: (ids, signal) => api.collectionItems("held", ids, signal),
    only: async () => {
      waiting = new Map((await shareApi.held(albumId)).map((photo) => [photo.id, photo]));
      return new Set(waiting.keys());
    },
  };
  const photos: Photos = {
    ...ownPhotos,
    detail: async (id) => ({ ...(await ownPhotos.detail(id)), sentBy: waiting.get(id)?.guestName ?? null }),
  };
  return {
    asked,
    photos,
    held: {
      videos: () => [...waiting.values()].filter(({ isVideo }) => isVideo).length,
      decide: (ids: string[], accept: boolean, token: string) => shareApi.decide(albumId, ids, accept, token),
      undo: (token: string) => shareApi.undecide(albumId, token),
    },
  };
}
