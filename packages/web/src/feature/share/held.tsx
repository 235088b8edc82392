import { useCallback, useEffect, useState } from "react";
import { Link } from "wouter";
import { messageOf } from "../../lib/http.ts";
import { mediaText } from "../../lib/media.ts";
import { type HeldPhoto, shareApi } from "../../lib/share-api.ts";
import { Button } from "../../ui/button.tsx";
import { toast } from "../../ui/toast.tsx";
import { newToken } from "../mark/mark.ts";
import { offerUndo } from "../mark/undo.ts";
import { decidedText, waitsText } from "../mark/words.ts";

/** What guests have sent to an album and waits for a word. Nothing where nothing waits. */
export function Held({ album, onChange }: { album: { id: string; title: string }; onChange: () => Promise<void> }) {
  const [photos, setPhotos] = useState<readonly HeldPhoto[]>([]);
  const [busy, setBusy] = useState(false);
  const load = useCallback(() => shareApi.held(album.id).then(setPhotos, (error: unknown) => toast(messageOf(error))), [album.id]);
  useEffect(() => void load(), [load]);
  if (photos.length === 0) return null;

  const decide = async (accept: boolean) => {
    setBusy(true);
    try {
      const ids = photos.slice(0, 1000).map(({ id }) => id);
      const token = newToken();
      offerUndo(decidedText(await shareApi.decide(album.id, ids, accept, token), accept), async () => {
        toast(waitsText(await shareApi.undecide(album.id, token)));
        await Promise.all([load(), onChange()]);
      });
    } catch (error) {
      toast(messageOf(error));
    }
    await Promise.all([load(), onChange()]);
    setBusy(false);
  };
  const names = [...new Set(photos.flatMap(({ guestName }) => guestName ?? []))].slice(0, 3).join(", ");
  return (
    <div className="share-held" role="group" aria-label={`Photos from guests for ${album.title}`}>
      <span>
        {mediaText(photos.length, photos.filter(({ isVideo }) => isVideo).length)} from {names === "" ? "guests" : names}{" "}
        {photos.length === 1 ? "waits" : "wait"} for “{album.title}”
      </span>
      <div className="share-acts">
        <Button kind="text" disabled={busy} onClick={() => void decide(false)}>
          Decline
        </Button>
        <Button kind="text" busy={busy} onClick={() => void decide(true)}>
          Accept
        </Button>
        <Link className="button button-outline" href={`/albums/${album.id}/guests`}>
          Review
        </Link>
      </div>
    </div>
  );
}
