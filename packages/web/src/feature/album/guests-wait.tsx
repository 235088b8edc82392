import { useEffect, useState } from "react";
import { Link } from "wouter";
import { paceOf } from "../../lib/pace.ts";
import { mediaText } from "../../lib/media.ts";
import { type HeldPhoto, shareApi } from "../../lib/share-api.ts";
import "./guests.css";

/** Between two looks at what guests have sent. */
const LOOK_MS = 30_000;

/** On an album of one's own: that photos from guests wait, and the way to them. Nothing where nothing waits. */
export function GuestsWait({ albumId }: { albumId: string }) {
  const [photos, setPhotos] = useState<readonly HeldPhoto[]>([]);
  useEffect(() => {
    const over = new AbortController();
    const { signal } = over;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = (): void => {
      clearTimeout(timer);
      timer = setTimeout(look, pace(LOOK_MS));
      if (document.hidden) return;
      // Where it cannot be asked, the album itself says so.
      void shareApi.held(albumId).then(
        (found) => !signal.aborted && setPhotos(found),
        () => undefined,
      );
    };
    const pace = paceOf(look, signal);
    look();
    document.addEventListener("visibilitychange", look, { signal });
    return () => {
      over.abort();
      clearTimeout(timer);
    };
  }, [albumId]);
  if (photos.length === 0) return null;
  return (
    <p className="guests-wait">
      <span>
        {mediaText(photos.length, photos.filter(({ isVideo }) => isVideo).length)} from guests {photos.length === 1 ? "waits" : "wait"}
      </span>
      <Link className="button button-text" href={`/albums/${albumId}/guests`}>
        Review
      </Link>
    </p>
  );
}
