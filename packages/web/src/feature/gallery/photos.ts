import { api, type AlbumPhoto, type AssetDetail, type DownloadFile, type Undownloadable } from "../../lib/api.ts";

/** What is known of a photo. Of one of somebody else's neither where it lies nor how its date was found. */
export type Detail = Omit<AssetDetail, OwnOnly> &
  Partial<Pick<AssetDetail, OwnOnly>> &
  Partial<Pick<AlbumPhoto, "addedBy">> & {
    /** Of a guest's that waits: the name that they gave. */
    sentBy?: string | null;
  };
type OwnOnly =
  | "key"
  | "references"
  | "isReference"
  | "provenance"
  | "favourite"
  | "rating"
  | "archived"
  | "locked"
  | "trashedAt"
  | "takenAt"
  | "createdAt"
  | "sha256";

/** How to ask for the photos of a gallery in full, and for their originals. */
export type Photos = {
  detail: (id: string) => Promise<Detail>;
  /** Where a browser's download of the original starts; answers with the file as an attachment. */
  originalHref: (id: string) => string;
  downloads: (ids: string[], signal: AbortSignal) => Promise<{ files: DownloadFile[]; missing: Undownloadable[] }>;
  /** Throws when there is no original to be saved: what follows the route's redirect cannot tell. */
  checkOriginal: (id: string, signal: AbortSignal) => Promise<void>;
};

/** Those of one's own. */
export const ownPhotos: Photos = {
  detail: api.asset,
  originalHref: (id) => `/api/assets/${encodeURIComponent(id)}/original`,
  downloads: api.downloads,
  checkOriginal: api.checkOriginal,
};

/** Those of an album, whoever's they are. */
export function albumPhotos(albumId: string): Photos {
  return {
    detail: async (id) => detailOf(await api.albumPhoto(albumId, id)),
    originalHref: (id) => `/api/albums/${albumId}/assets/${encodeURIComponent(id)}/original`,
    downloads: (ids, signal) => api.albumDownloads(albumId, ids, signal),
    checkOriginal: (id, signal) => api.checkAlbumOriginal(albumId, id, signal),
  };
}

function detailOf({ about, ...photo }: AlbumPhoto): Detail {
  const untold = { localAt: "", offsetMinutes: null, zone: null, latitude: null, longitude: null, description: null, exif: {} };
  // Only links keep it to themselves.
  return { ...photo, size: photo.size ?? 0, ...(about ?? untold) };
}
