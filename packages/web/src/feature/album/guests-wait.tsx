import { useEffect, useState } from "react";
import { Link } from "wouter";
import { counted } from "../../lib/format.ts";
import { type HeldPhoto, shareApi } from "../../lib/share-api.ts";
import "./guests.css";

/** Between two looks at what guests have sent. */
const LOOK_MS = 30_000;

/** On an album of one's own: that photos from guests wait, and the way to them. Nothing where nothing waits. */
export function GuestsWait({ albumId }: { albumId: string }) {
  const [photos, setPhotos] = useState<readonly HeldPhoto[]>([]);
  useEffect(() => {
    let isOver = false;
    // Where it cannot be asked, the album itself says so.
    const look = () =>
      void (
        document.hidden ||
        shareApi.held(albumId).then(
          (found) => !isOver && setPhotos(found),
          () => undefined,
        )
      );
    look();
    const timer = setInterval(look, LOOK_MS);
    document.addEventListener("visibilitychange", look);
    return () => {
      isOver = true;
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, [albumId]);
  if (photos.length === 0) return null;
  return (
    <p className="guests-wait">
      <span>
        {counted(photos.length, "photo")} from guests {photos.length === 1 ? "waits" : "wait"}
      </span>
      <Link className="button button-text" href={`/albums/${albumId}/guests`}>
        Review
      </Link>
    </p>
  );
}
