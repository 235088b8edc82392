import { mdiBookmarkPlusOutline } from "@mdi/js";
import { albumApi, type Album } from "../../lib/album-api.ts";
import { api } from "../../lib/api.ts";
import { messageOf } from "../../lib/http.ts";
import { IconButton } from "../../ui/button.tsx";
import { toast } from "../../ui/toast.tsx";
import type { Gallery } from "../gallery/gallery.ts";
import { type Marked, newToken, withLock } from "../mark/mark.ts";
import { offerUndo } from "../mark/undo.ts";
import { keepAll, keptText } from "./kept.ts";

type Props = { album: Album; gallery: Gallery; what: Marked };

/** Saves photos of an album in which others have some to one's own library. */
export function KeepAction({ album, gallery, what }: Props) {
  if (album.role === null && album.members.every(({ role }) => role === "viewer")) return null;
  return <IconButton icon={mdiBookmarkPlusOutline} label="Save to my library" onClick={() => void keep(album.id, gallery, what)} />;
}

async function keep(albumId: string, gallery: Gallery, what: Marked): Promise<void> {
  const token = newToken();
  try {
    const ids = what.kind === "one" ? [what.item.id] : gallery.selected().ids;
    const kept = await keepAll(ids, (some) => albumApi.keep(albumId, some, token));
    if (what.kind === "selection") gallery.grid.selection.clear();
    if (kept.saved.length === 0) return toast(keptText(kept));
    offerUndo(keptText(kept), async () => {
      await withLock(() => api.undo(token));
      toast("Undone");
    });
  } catch (error) {
    toast(messageOf(error));
  }
}
