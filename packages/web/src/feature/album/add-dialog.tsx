import { mdiPlus } from "@mdi/js";
import { useEffect, useState } from "react";
import { navigate } from "wouter/use-browser-location";
import { albumApi, type Album, type Picked } from "../../lib/album-api.ts";
import { counted } from "../../lib/format.ts";
import { messageOf } from "../../lib/http.ts";
import { useStore } from "../../lib/store.ts";
import { Dialog, DialogActions } from "../../ui/dialog.tsx";
import { Icon } from "../../ui/icon.tsx";
import { toast } from "../../ui/toast.tsx";
import { albums, loadAlbums, mayAdd, noteAlbum } from "./album.ts";
import { Cover } from "./cover.tsx";
import { NewAlbum } from "./new-album.tsx";
import "./add-dialog.css";

type Props = {
  /** What is to be added. */
  photos: () => Picked;
  onClose: () => void;
  /** They are in it. */
  onAdded: () => void;
};

/** "Add to album": to which, or to a new one. */
export function AddToAlbum({ photos, onClose, onAdded }: Props) {
  const list = useStore(albums);
  const [making, setMaking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  useEffect(() => {
    loadAlbums().catch((cause: unknown) => setError(messageOf(cause)));
  }, []);

  const choose = async (album: Album) => {
    setBusy(true);
    setError(undefined);
    try {
      await addTo(album.id, photos());
      onAdded();
      onClose();
    } catch (cause) {
      setError(messageOf(cause));
      setBusy(false);
    }
  };
  if (making) {
    const made = (album: Album) => {
      tell(album, album.count, 0);
      onAdded();
      onClose();
    };
    return <NewAlbum photos={photos} onClose={onClose} onMade={made} />;
  }
  return (
    <Dialog title="Add to album" onClose={onClose}>
      {error !== undefined && (
        <p className="add-error" role="alert">
          {error}
        </p>
      )}
      <ul className="add-albums">
        <li>
          <button type="button" className="add-album" onClick={() => setMaking(true)}>
            <span className="albums-cover albums-new">
              <Icon path={mdiPlus} />
            </span>
            <b>New album</b>
          </button>
        </li>
        {list?.filter(mayAdd).map((album) => (
          <li key={album.id}>
            <button type="button" className="add-album" disabled={busy} onClick={() => void choose(album)}>
              <Cover album={album} />
              <span>
                <b>{album.title}</b>
                <small>
                  {counted(album.count, "photo")}
                  {album.role !== null && ` · ${album.owner.name}`}
                </small>
              </span>
            </button>
          </li>
        ))}
      </ul>
      <DialogActions onClose={onClose} />
    </Dialog>
  );
}

/** Adds photos to an album, and says so. */
export async function addTo(id: string, photos: Picked): Promise<void> {
  const { added, present } = await albumApi.add(id, photos);
  const now = await albumApi.get(id);
  noteAlbum(now);
  tell(now, added, present);
}

function tell({ id, title }: Album, added: number, present: number): void {
  const words = added > 0 ? `${counted(added, "photo")} added to “${title}”.` : `Already in “${title}”.`;
  const before = added > 0 && present > 0 ? ` ${counted(present, "photo was", "photos were")} in it already.` : "";
  toast(words + before, { label: "Open", run: () => navigate(`/albums/${id}`) });
}
