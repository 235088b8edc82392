import { useState } from "react";
import { counted } from "../../lib/format.ts";
import { messageOf, Problem } from "../../lib/http.ts";
import { type MadeLink, shareApi } from "../../lib/share-api.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { type Draft, Form, FRESH, requestOf } from "./form.tsx";
import { AlbumLinks } from "./links.tsx";
import { Made } from "./made.tsx";
import type { What } from "./share.ts";
import { whoText } from "./words.ts";
import "./share.css";

const ONCE = "Copy it now: only its fingerprint is kept, and the address cannot be shown again.";
const NAMED = "It has a name of its own, so you find it again under Sharing. Tell its password in another way.";

/** Makes a link to an album or to some photos, and shows its address once. */
export function ShareDialog({ what, onClose }: { what: What; onClose: () => void }) {
  const [draft, setDraft] = useState<Draft>(FRESH);
  const [made, setMade] = useState<MadeLink>();
  const [fault, setFault] = useState<{ field: string; message: string }>();
  const [busy, setBusy] = useState(false);

  const create = async () => {
    setBusy(true);
    setFault(undefined);
    try {
      setMade(await shareApi.create(requestOf(what, draft)));
    } catch (error) {
      const field = error instanceof Problem ? error.extra["field"] : undefined;
      setFault({ field: typeof field === "string" ? field : "", message: messageOf(error) });
    }
    setBusy(false);
  };

  const title = what.kind === "album" ? `Share “${what.title}”` : `Share ${counted(what.ids.length, "photo")}`;
  return (
    <Dialog title={title} onClose={onClose}>
      {made ? (
        <Made url={made.url} note={draft.slug === "" ? ONCE : NAMED} />
      ) : (
        <Form draft={draft} fault={fault} onChange={(change) => setDraft({ ...draft, ...change })} />
      )}
      <p className="share-who">{whoText({ ...draft, password: draft.password !== "" })}</p>
      {fault && fault.field === "" && (
        <p className="share-fault" role="alert">
          {fault.message}
        </p>
      )}
      {what.kind === "album" && !made && <AlbumLinks albumId={what.id} />}
      <div className="dialog-actions">
        <Button kind="text" onClick={onClose}>
          {made ? "Done" : "Cancel"}
        </Button>
        {!made && (
          <Button busy={busy} onClick={() => void create()}>
            Make a link
          </Button>
        )}
      </div>
    </Dialog>
  );
}
