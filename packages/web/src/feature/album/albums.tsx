import { mdiAccountMultipleOutline, mdiCloudOffOutline, mdiPlus } from "@mdi/js";
import { useEffect, useState } from "react";
import { Link, useLocation } from "wouter";
import type { Album } from "../../lib/album-api.ts";
import type { Me } from "../../lib/api.ts";
import { messageOf } from "../../lib/http.ts";
import { useStore } from "../../lib/store.ts";
import { useTitle } from "../../lib/title.ts";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Notice } from "../../ui/notice.tsx";
import { albums, loadAlbums } from "./album.ts";
import { Cover } from "./cover.tsx";
import { NewAlbum } from "./new-album.tsx";
import { captionOf } from "./words.ts";
import "./albums.css";

/** All albums, one's own and those shared with one, and first of all the way to a new one. */
export function Albums({ me }: { me: Me | undefined }) {
  const list = useStore(albums);
  const [failed, setFailed] = useState<unknown>();
  useTitle("Albums");
  const load = () => {
    loadAlbums().then(() => setFailed(undefined), setFailed);
  };
  useEffect(load, []);

  return (
    <div className="albums">
      <h1 className="page-title">Albums</h1>
      {failed !== undefined && !list ? (
        <Notice icon={mdiCloudOffOutline} title="Your albums cannot be loaded" level={2} text={messageOf(failed)} role="alert">
          <Button onClick={load}>Try again</Button>
        </Notice>
      ) : (
        <ul className="albums-grid" aria-busy={!list}>
          <li>
            <NewTile />
          </li>
          {list?.map((album) => (
            <li key={album.id}>
              <Tile album={album} me={me?.user.id} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function NewTile() {
  const [open, setOpen] = useState(false);
  const [, navigate] = useLocation();
  return (
    <>
      <button type="button" className="albums-tile" onClick={() => setOpen(true)}>
        <span className="albums-cover albums-new">
          <Icon path={mdiPlus} size={40} />
        </span>
        <b>New album</b>
      </button>
      {open && <NewAlbum onClose={() => setOpen(false)} onMade={(album) => navigate(`/albums/${album.id}`)} />}
    </>
  );
}

function Tile({ album, me }: { album: Album; me: string | undefined }) {
  return (
    <Link className="albums-tile" href={`/albums/${album.id}`}>
      <Cover album={album} />
      <b>{album.title}</b>
      <small>
        {album.role !== null && <Icon path={mdiAccountMultipleOutline} size={16} />}
        {album.role !== null && <span className="hidden">Shared with you: </span>}
        {captionOf(album, me)}
      </small>
    </Link>
  );
}
