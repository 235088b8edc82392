import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Dialog, DialogActions } from "../../ui/dialog.tsx";
import type { Question } from "./bin.ts";

/** Asks before something that cannot be undone. */
export function QuestionDialog({ title, text, label, yes, close }: Question) {
  const [busy, setBusy] = useState(false);
  const go = async () => {
    setBusy(true);
    await yes();
    setBusy(false);
  };
  return (
    <Dialog title={title} onClose={close}>
      <p>{text}</p>
      <DialogActions onClose={close}>
        <Button className="button-danger" busy={busy} onClick={() => void go()}>
          {label}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
