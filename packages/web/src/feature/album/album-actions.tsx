import { mdiArrowLeft, mdiArrowRight, mdiImageCheckOutline, mdiImageRemoveOutline } from "@mdi/js";
import { albumApi, type Album } from "../../lib/album-api.ts";
import { counted } from "../../lib/format.ts";
import { messageOf } from "../../lib/http.ts";
import { useStore } from "../../lib/store.ts";
import { IconButton } from "../../ui/button.tsx";
import { toast } from "../../ui/toast.tsx";
import type { Gallery } from "../gallery/gallery.ts";
import { isOwn } from "../mark/use-mark-keys.ts";
import { mayAdd, mayEdit } from "./album.ts";
import { shifted } from "./order.ts";

type Props = { album: Album; gallery: Gallery; onChange: () => Promise<void> };

/** What can be done to photos because they are in an album: only there, never to the photos themselves. */
export function AlbumActions({ album, gallery, onChange }: Props) {
  const count = useStore(gallery.count);
  const run = (act: (ids: string[]) => Promise<void>) => {
    void act(gallery.selected().ids)
      .then(onChange)
      .catch((error: unknown) => toast(messageOf(error)));
  };
  const takeOut = async (ids: string[]) => {
    const { removed, left, token } = await albumApi.take(album.id, ids);
    gallery.grid.selection.clear();
    const rest = left > 0 ? ` ${counted(left, "photo")} that others added ${left === 1 ? "stays" : "stay"}.` : "";
    toast(`${counted(removed, "photo")} taken out of “${album.title}”.${rest}`, {
      label: "Undo",
      run: () => run(async () => toast(`${counted(await albumApi.putBack(album.id, token), "photo")} put back.`)),
    });
  };
  const shift = (by: -1 | 1) => async (ids: string[]) => {
    const move = shifted(gallery.ids?.() ?? [], ids, by);
    if (move) await albumApi.move(album.id, move.ids, move.before);
  };
  const cover = async ([coverId]: string[]) => {
    if (coverId === undefined) return;
    await albumApi.edit(album.id, { coverId });
    toast("That is the cover now.");
  };
  return (
    <>
      {mayEdit(album) && album.sort === "manual" && (
        <>
          <IconButton icon={mdiArrowLeft} label="Move to the left" onClick={() => run(shift(-1))} />
          <IconButton icon={mdiArrowRight} label="Move to the right" onClick={() => run(shift(1))} />
        </>
      )}
      {mayEdit(album) && count === 1 && <IconButton icon={mdiImageCheckOutline} label="Make it the cover" onClick={() => run(cover)} />}
      {mayAdd(album) && (mayEdit(album) || isOwn(gallery, { kind: "selection" })) && (
        <IconButton icon={mdiImageRemoveOutline} label="Take out of the album" onClick={() => run(takeOut)} />
      )}
    </>
  );
}
