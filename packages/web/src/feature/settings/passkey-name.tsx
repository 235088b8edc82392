import { type SubmitEvent, useState } from "react";
import { accountApi } from "../../lib/account-api.ts";
import { faultOf, report, textOf } from "../../lib/form.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog, DialogActions } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";

type Props = { passkey: { id: string; name: string }; onClose: () => void; onNamed: () => void };

/** Asks what a passkey is to be called: two of the same make are told apart by their names alone. */
export function PasskeyName({ passkey: { id, name }, onClose, onNamed }: Props) {
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const save = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const next = textOf(new FormData(form), "name").trim();
    if (next === "") return report(form, () => setError("Give the passkey a name."));
    setBusy(true);
    try {
      await accountApi.renamePasskey(id, next);
      onNamed();
      onClose();
    } catch (cause) {
      report(form, () => setError(faultOf(cause).message));
      setBusy(false);
    }
  };
  return (
    <Dialog title="Rename the passkey" onClose={onClose}>
      <form onSubmit={(event) => void save(event)} onInput={() => setError(undefined)} noValidate>
        <Field label="Name" name="name" defaultValue={name} maxLength={100} autoComplete="off" autoFocus error={error} />
        <DialogActions onClose={onClose}>
          <Button type="submit" busy={busy}>
            Save
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
