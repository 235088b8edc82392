import { mdiArchive, mdiCheck, mdiHeart, mdiLock, mdiImage, mdiTrashCan } from "@mdi/js";
import type { Item } from "../../grid/items.ts";
import type { Change } from "../../lib/api.ts";
import type { PlaceKind } from "../gallery/gallery.ts";

/** One thing that can be done to photos where they are seen. `key` does it as well. */
export type Action = {
  name: "favourite" | "archive" | "bin" | "restore" | "lock" | "delete" | "accept" | "decline";
  label: string;
  icon: string;
  key: string;
  /** Undefined for what is no mark: it is deleted for good, or a guest is answered. */
  change: Change | undefined;
};

/** What can be done in a place to these photos, of which those are known that are loaded; `all` when that is all of them. */
export function actionsIn(place: PlaceKind, items: readonly Item[], all: boolean): Action[] {
  if (place === "bin") {
    return [
      { name: "restore", label: "Restore", icon: mdiImage, key: "r", change: { trashed: false } },
      { name: "delete", label: "Delete for good", icon: mdiTrashCan, key: "Delete", change: undefined },
    ];
  }
  if (place === "held") return [accept, decline];
  const liked = items.length > 0 && all && items.every((item) => item.favourite);
  return [favourite(!(place === "favourites" || liked)), archive(place !== "archive"), bin, lock(place !== "locked")];
}

const accept: Action = { name: "accept", label: "Accept", icon: mdiCheck, key: "a", change: undefined };
const decline: Action = { name: "decline", label: "Decline", icon: mdiTrashCan, key: "Delete", change: undefined };
const bin: Action = { name: "bin", label: "Move to bin", icon: mdiTrashCan, key: "Delete", change: { trashed: true } };

function favourite(on: boolean): Action {
  const base = { name: "favourite", key: "f", change: { favourite: on } } as const;
  return on ? { ...base, label: "Favourite", icon: mdiHeart } : { ...base, label: "Not a favourite", icon: mdiHeart };
}

function archive(on: boolean): Action {
  const base = { name: "archive", key: "e", change: { archived: on } } as const;
  return on ? { ...base, label: "Archive", icon: mdiArchive } : { ...base, label: "Out of the archive", icon: mdiArchive };
}

function lock(on: boolean): Action {
  const base = { name: "lock", key: "l", change: { locked: on } } as const;
  return on ? { ...base, label: "Lock", icon: mdiLock } : { ...base, label: "Unlock", icon: mdiLock };
}

/** Whether photos are rated, shared and kept as favourites where they are seen. */
export function isKept(place: PlaceKind): boolean {
  return place !== "bin" && place !== "held";
}

/** The rating that a key gives in a place: 1 to 5, 0 for none; undefined for other keys. */
export function ratingOf(place: PlaceKind, key: string): Change | undefined {
  if (!isKept(place) || !/^[0-5]$/u.test(key)) return undefined;
  return { rating: key === "0" ? null : Number(key) };
}
