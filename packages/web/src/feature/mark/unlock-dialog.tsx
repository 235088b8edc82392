import { type SubmitEvent, useState } from "react";
import { api } from "../../lib/api.ts";
import { textOf } from "../../lib/form.ts";
import { messageOf } from "../../lib/http.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { report } from "../account/frame.tsx";
import type { Unlocking } from "./unlock.ts";

/** Asks for the password again, over whatever needs it. */
export function UnlockDialog({ done }: Unlocking) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();

  const submit = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const password = textOf(new FormData(form), "password");
    if (password === "") return report(form, () => setError("Enter your password."));
    setBusy(true);
    try {
      await api.unlock(password);
      done(true);
    } catch (cause) {
      report(form, () => {
        setBusy(false);
        setError(messageOf(cause));
      });
    }
  };

  return (
    <Dialog title="Show that it is you" onClose={() => done(false)}>
      <p>What is locked opens in this browser for 15 minutes.</p>
      <form onSubmit={submit} onInput={() => setError(undefined)} noValidate>
        <Field label="Password" name="password" type="password" autoComplete="current-password" autoFocus error={error} />
        <div className="dialog-actions">
          <Button kind="text" onClick={() => done(false)}>
            Cancel
          </Button>
          <Button type="submit" busy={busy}>
            Unlock
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
