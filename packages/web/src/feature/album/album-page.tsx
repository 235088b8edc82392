import { mdiImageMultipleOutline } from "@mdi/js";
import { useCallback, useEffect, useRef, useState } from "react";
import { Link } from "wouter";
import type { Item } from "../../grid/items.ts";
import { albumApi, type Album } from "../../lib/album-api.ts";
import { messageOf, Problem } from "../../lib/http.ts";
import { useStore } from "../../lib/store.ts";
import { useTitle } from "../../lib/title.ts";
import { Button } from "../../ui/button.tsx";
import { Notice } from "../../ui/notice.tsx";
import { toast } from "../../ui/toast.tsx";
import { CollectionScreen } from "../collection/collection-screen.tsx";
import type { Gallery } from "../gallery/gallery.ts";
import { NotFound } from "../shell/not-found.tsx";
import { pick } from "../upload/pick.ts";
import { into, upload } from "../upload/upload.ts";
import { AlbumActions } from "./album-actions.tsx";
import { AlbumHead } from "./album-head.tsx";
import { albums, forgetAlbum, mayAdd, mayEdit, noteAlbum } from "./album.ts";
import { KeepAction } from "./keep-action.tsx";
import { listenLift } from "./lift.ts";
import { placed } from "./order.ts";

/** How often to look for what was sent into it, each time that some of it is safe. */
const LOOK_MS = 1_500;
const LOOKS = 10;

/** An album: what it is called and who is in it, and below that its photos. With another id give another `key`. */
export function AlbumPage({ id }: { id: string }) {
  const { album, isGone, wasSeen, reload } = useAlbum(id);
  useUploadsInto(album);
  if (isGone) return wasSeen ? <Gone /> : <NotFound />;
  return (
    <CollectionScreen
      collection={{ kind: "album", id }}
      title={album?.title ?? "Album"}
      empty={album && <Empty album={album} />}
      head={(gallery) => headOf(album, gallery, reload)}
      actions={(gallery) => actionsOf(album, gallery, reload)}
      viewing={(gallery, item) => keepOf(album, gallery, item)}
    />
  );
}

/** It was here a moment ago. */
function Gone() {
  useTitle("Album");
  return (
    <Notice
      icon={mdiImageMultipleOutline}
      title="This album is gone"
      level={1}
      text="It was deleted, or is not shared with you any more. The photos are where they were."
    >
      <Link className="button button-filled" href="/albums">
        Go to your albums
      </Link>
    </Notice>
  );
}

function headOf(album: Album | undefined, gallery: Gallery, reload: () => Promise<void>) {
  return album && <Top album={album} gallery={gallery} reload={reload} />;
}

function actionsOf(album: Album | undefined, gallery: Gallery, reload: () => Promise<void>) {
  if (!album) return undefined;
  return (
    <>
      <KeepAction album={album} gallery={gallery} what={{ kind: "selection" }} />
      <AlbumActions album={album} gallery={gallery} onChange={() => renew(gallery, reload)} />
    </>
  );
}

function keepOf(album: Album | undefined, gallery: Gallery, item: Item) {
  return album && <KeepAction album={album} gallery={gallery} what={{ kind: "one", item }} />;
}

function Empty({ album }: { album: Album }) {
  const notice = { icon: mdiImageMultipleOutline, title: "No photos yet", level: 2 } as const;
  if (!mayAdd(album)) return <Notice {...notice} text="There is nothing in it yet." />;
  // Nothing can be dropped with a finger.
  const way = matchMedia("(hover: none)").matches ? "Add some from this device" : "Drop some here";
  return (
    <Notice {...notice} text={`${way}, or select some among your photos and choose “Add to album”.`}>
      <Button onClick={() => pick("files")}>Add photos</Button>
    </Notice>
  );
}

/** The head, and what keeps the album as it is on the server while files are sent into it. */
function Top({ album, gallery, reload }: { album: Album; gallery: Gallery; reload: () => Promise<void> }) {
  const arrived = useStore(upload)?.arrived ?? 0;
  useEffect(() => {
    if (arrived === 0) return undefined;
    // Safe is not shown yet: it is read first.
    let looks = 0;
    const look = (): void => {
      void renew(gallery, reload);
      if (++looks === LOOKS) clearInterval(timer);
    };
    const timer = setInterval(look, LOOK_MS);
    return () => clearInterval(timer);
  }, [arrived, gallery, reload]);
  useLift(album, gallery, reload);
  const status = useStore(gallery.status);
  useEffect(() => {
    // Whatever changed what is shown may have changed what is said of it.
    if (status.state !== "loading") void reload();
  }, [status, reload]);
  return <AlbumHead album={album} onChange={() => renew(gallery, reload)} />;
}

/** In an album that is ordered by hand, photos can be taken to another place. */
function useLift(album: Album, gallery: Gallery, reload: () => Promise<void>): void {
  const { id } = album;
  const may = mayEdit(album) && album.sort === "manual";
  useEffect(() => {
    const host = gallery.grid.head.closest<HTMLElement>(".grid");
    if (!host || !may) return undefined;
    const liftedWith = (lifted: string): string[] => {
      const { ids } = gallery.selected();
      return ids.includes(lifted) ? ids : [lifted];
    };
    return listenLift(host, {
      lifts: () => true,
      count: (lifted) => liftedWith(lifted).length,
      onPlace: (lifted, beside, isAfter) => {
        const ids = liftedWith(lifted);
        const order = gallery.ids?.() ?? [];
        const before = isAfter ? (order[order.indexOf(beside) + 1] ?? null) : beside;
        const move = placed(order, ids, before);
        if (!move) return;
        albumApi
          .move(id, move.ids, move.before)
          .then(() => renew(gallery, reload))
          .catch((error: unknown) => toast(messageOf(error)));
      },
    });
  }, [id, may, gallery, reload]);
}

async function renew(gallery: Gallery, reload: () => Promise<void>): Promise<void> {
  await Promise.all([reload(), gallery.sync.refresh()]);
}

/** The album as last heard, from whoever heard last; `isGone` once it is not there for this person. */
function useAlbum(id: string) {
  const album = useStore(albums)?.find((each) => each.id === id);
  const [isGone, setGone] = useState(false);
  const wasSeen = useRef(false);
  if (album) wasSeen.current = true;
  const reload = useCallback(
    () =>
      albumApi.get(id).then(noteAlbum, (error: unknown) => {
        // Whatever else is wrong shows in the grid.
        if (!(error instanceof Problem) || error.status !== 404) return;
        setGone(true);
        forgetAlbum(id);
      }),
    [id],
  );
  useEffect(() => {
    void reload();
  }, [reload]);
  return { album, isGone, wasSeen: wasSeen.current, reload };
}

/** While the page is open, files that are dropped or chosen go into its album. */
function useUploadsInto(album: Album | undefined): void {
  const { id, title } = album ?? {};
  const may = album !== undefined && mayAdd(album);
  useEffect(() => {
    if (id === undefined || title === undefined || !may) return undefined;
    into.set({ id, title });
    return () => into.set(undefined);
  }, [id, title, may]);
}
