import { mdiImageMultipleOutline } from "@mdi/js";
import { useState } from "react";
import type { Album } from "../../lib/album-api.ts";
import { Icon } from "../../ui/icon.tsx";
import "./cover.css";

/** The picture that stands for an album, 4:3; a sign where it has none, or none that comes. */
export function Cover({ album: { cover } }: { album: Pick<Album, "cover"> }) {
  const [failed, setFailed] = useState<readonly string[]>([]);
  const picture = [cover?.preview, cover?.thumb].find((url) => url != null && !failed.includes(url));
  return (
    <span className="albums-cover">
      {picture ? (
        <img src={picture} alt="" loading="lazy" decoding="async" onError={() => setFailed([...failed, picture])} />
      ) : (
        <Icon path={mdiImageMultipleOutline} size={32} />
      )}
    </span>
  );
}
