import { type SubmitEvent, useState } from "react";
import { counted } from "../../lib/format.ts";
import { type MadeLink, shareApi } from "../../lib/share-api.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog, DialogActions } from "../../ui/dialog.tsx";
import { FRESH, requestOf } from "./draft.ts";
import { Form } from "./form.tsx";
import { AlbumLinks } from "./links.tsx";
import { Made } from "./made.tsx";
import type { What } from "./share.ts";
import { useForm } from "./use-form.ts";
import { Who } from "./who.tsx";
import "./share.css";

const ONCE = "Copy it now: only its fingerprint is kept, and the address cannot be shown again.";
const NAMED = "It has a name of its own, so you find it again under Sharing. Tell its password in another way.";

/** Makes a link to an album or to some photos, and shows its address once. */
export function ShareDialog({ what, onClose }: { what: What; onClose: () => void }) {
  const { draft, fault, busy, send, onChange } = useForm(FRESH);
  const [made, setMade] = useState<MadeLink>();
  const create = (event: SubmitEvent<HTMLFormElement>) => send(event, async () => setMade(await shareApi.create(requestOf(what, draft))));

  const title = what.kind === "album" ? `Share “${what.title}”` : `Share ${counted(what.ids.length, "photo")}`;
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={(event) => void create(event)}>
        {made ? (
          <Made url={made.url} note={draft.slug === "" ? ONCE : NAMED} />
        ) : (
          <Form draft={draft} isTitled={what.kind === "photos"} fault={fault} onChange={onChange} />
        )}
        <Who draft={draft} fault={fault} />
        <DialogActions leave={made ? "Done" : "Cancel"} onClose={onClose}>
          {!made && (
            <Button type="submit" busy={busy}>
              Make a link
            </Button>
          )}
        </DialogActions>
      </form>
      {what.kind === "album" && !made && <AlbumLinks albumId={what.id} />}
    </Dialog>
  );
}
