import { type SubmitEvent, useState } from "react";
import { accountApi } from "../../lib/account-api.ts";
import { textOf } from "../../lib/form.ts";
import { messageOf } from "../../lib/http.ts";
import { canUsePasskeys, answerByPasskey } from "../../lib/passkey.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";

/** Asks who one is again, by password or passkey: for what is locked, and for new ways in. */
export function Prove({ onProven, onClose }: { onProven: () => void; onClose: () => void }) {
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const prove = async (proof: () => Promise<Parameters<typeof accountApi.unlock>[0]>) => {
    setBusy(true);
    try {
      await accountApi.unlock(await proof());
      onProven();
    } catch (cause) {
      if (!(cause instanceof DOMException)) setError(messageOf(cause));
      setBusy(false);
    }
  };
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const password = textOf(new FormData(event.currentTarget), "password");
    void prove(async () => ({ password }));
  };
  return (
    <Dialog title="Is it you?" onClose={onClose}>
      <form onSubmit={submit} onInput={() => setError(undefined)}>
        <Field label="Password" name="password" type="password" autoComplete="current-password" autoFocus error={error} />
        <div className="dialog-actions">
          {canUsePasskeys() && (
            <Button kind="text" onClick={() => void prove(async () => ({ passkey: await answerByPasskey(await accountApi.challenge()) }))}>
              Use a passkey
            </Button>
          )}
          <Button type="submit" busy={busy}>
            Continue
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
