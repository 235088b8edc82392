import { type SubmitEvent, useState } from "react";
import { albumApi, type Album, type Picked } from "../../lib/album-api.ts";
import { faultOf, report } from "../../lib/form.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog, DialogActions } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { noteAlbum } from "./album.ts";

type Props = {
  onClose: () => void;
  onMade: (album: Album) => void;
  /** What it begins with. */
  photos?: () => Picked;
};

/** Asks how a new album is to be called, and makes it. */
export function NewAlbum({ onClose, onMade, photos }: Props) {
  const [title, setTitle] = useState("");
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const make = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    if (title.trim() === "") return report(form, () => setError("Give the album a name."));
    setBusy(true);
    try {
      const album = await albumApi.create({ title, ...(photos && { photos: photos() }) });
      noteAlbum(album);
      onClose();
      onMade(album);
    } catch (cause) {
      report(form, () => setError(faultOf(cause).message));
      setBusy(false);
    }
  };
  return (
    <Dialog title="New album" onClose={onClose}>
      <form onSubmit={(event) => void make(event)}>
        <Field
          label="Name"
          value={title}
          maxLength={200}
          autoFocus
          autoComplete="off"
          error={error}
          onChange={(event) => setTitle(event.target.value)}
        />
        <DialogActions onClose={onClose}>
          <Button type="submit" busy={busy}>
            Make album
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
