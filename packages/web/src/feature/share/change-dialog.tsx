import type { SubmitEvent } from "react";
import { shareApi, type ShareLink } from "../../lib/share-api.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog, DialogActions } from "../../ui/dialog.tsx";
import { toast } from "../../ui/toast.tsx";
import { changeOf, draftOf } from "./draft.ts";
import { Form } from "./form.tsx";
import { useForm } from "./use-form.ts";
import { Who } from "./who.tsx";

type Props = { link: ShareLink; onClose: () => void; onChange: () => Promise<void> };

/** Changes a link that is there; its address stays. */
export function ChangeDialog({ link, onClose, onChange: onSaved }: Props) {
  const before = draftOf(link);
  const { draft, fault, busy, send, onChange } = useForm(before);
  const save = (event: SubmitEvent<HTMLFormElement>) =>
    send(event, async () => {
      const change = changeOf(before, draft);
      if (change) {
        await shareApi.change(link.id, change);
        await onSaved();
        toast("The link is changed. Its address stays the same.");
      }
      onClose();
    });
  return (
    <Dialog title={`Change the link to “${link.album.title}”`} onClose={onClose}>
      <form onSubmit={(event) => void save(event)}>
        <Form draft={draft} before={before} isTitled={link.album.kind === "selection"} fault={fault} onChange={onChange} />
        <Who draft={draft} fault={fault} />
        <DialogActions onClose={onClose}>
          <Button type="submit" busy={busy}>
            Save
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
