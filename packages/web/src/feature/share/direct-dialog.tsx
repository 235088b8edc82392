import { useState } from "react";
import { messageOf } from "../../lib/http.ts";
import { shareApi } from "../../lib/share-api.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog, DialogActions } from "../../ui/dialog.tsx";
import { Made } from "./made.tsx";
import { dayText } from "./words.ts";
import "./share.css";

const HOUR = 3600;
const LIVES = [
  { seconds: HOUR, label: "1 hour" },
  { seconds: 24 * HOUR, label: "1 day" },
  { seconds: 7 * 24 * HOUR, label: "7 days" },
] as const;

type Props = { photo: { id: string; name: string }; onClose: () => void };

/** Makes an address of one original for another program. */
export function DirectDialog({ photo, onClose }: Props) {
  const [seconds, setSeconds] = useState<number>(24 * HOUR);
  const [made, setMade] = useState<{ url: string; expiresAt: string }>();
  const [fault, setFault] = useState<string>();
  const [busy, setBusy] = useState(false);
  const create = async () => {
    setBusy(true);
    setFault(undefined);
    try {
      setMade(await shareApi.createDirect({ assetId: photo.id, seconds }));
    } catch (error) {
      setFault(messageOf(error));
    }
    setBusy(false);
  };
  return (
    <Dialog title="Direct link" onClose={onClose}>
      <p>
        An address that saves the original of {photo.name}, with everything in it, for curl, another service or a print shop. It cannot be
        revoked: it works until it expires.
      </p>
      {made ? (
        <Made url={made.url} note={`Works until ${dayText(made.expiresAt)}. Copy it now: it cannot be shown again.`} />
      ) : (
        <fieldset className="share-lives">
          <legend>How long it works</legend>
          {LIVES.map((life) => (
            <label key={life.seconds}>
              <input type="radio" name="life" checked={seconds === life.seconds} onChange={() => setSeconds(life.seconds)} />
              {life.label}
            </label>
          ))}
        </fieldset>
      )}
      {fault !== undefined && (
        <p className="share-fault" role="alert">
          {fault}
        </p>
      )}
      <DialogActions leave={made ? "Done" : "Cancel"} onClose={onClose}>
        {!made && (
          <Button busy={busy} onClick={() => void create()}>
            Make the link
          </Button>
        )}
      </DialogActions>
    </Dialog>
  );
}
