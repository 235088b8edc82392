import { mdiAccountOutline, mdiImageAlbum } from "@mdi/js";
import { useEffect, useState } from "react";
import { Link } from "wouter";
import { albumApi, type Album } from "../../lib/album-api.ts";
import { Row } from "./row.tsx";

/** In which albums a photo is, of those that one sees, and who added it to this one. */
export function AlbumsRow({ id, addedBy }: { id: string; addedBy: string | null | undefined }) {
  const [found, setFound] = useState<{ id: string; albums: Album[] }>();
  useEffect(() => {
    let isOver = false;
    albumApi.list(id).then(
      (albums) => !isOver && setFound({ id, albums }),
      // The rest of the panel is there all the same.
      () => undefined,
    );
    return () => {
      isOver = true;
    };
  }, [id]);
  const albums = found?.id === id ? found.albums : [];
  return (
    <>
      {addedBy && <Row icon={mdiAccountOutline} title={`Added by ${addedBy}`} />}
      {albums.length > 0 && (
        <Row icon={mdiImageAlbum} title="In albums">
          {albums.map((album) => (
            <Link key={album.id} className="info-album" href={`/albums/${album.id}`}>
              {album.title}
            </Link>
          ))}
        </Row>
      )}
    </>
  );
}
