import { type SubmitEvent, useEffect, useState } from "react";
import { accountApi } from "../../lib/account-api.ts";
import { report, textOf } from "../../lib/form.ts";
import { messageOf } from "../../lib/http.ts";
import { answerByPasskey, canUsePasskeys } from "../../lib/passkey.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog, DialogActions } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";

type Ways = Awaited<ReturnType<typeof accountApi.ways>>;
type Proof = Parameters<typeof accountApi.unlock>[0];
type Props = { title?: string; text?: string; label?: string; onProven: () => void; onClose: () => void };

/** Asks who one is again, by password or passkey, whichever one has: for what is locked, and for new ways in. */
export function Prove({ title = "Is it you?", text, label = "Continue", onProven, onClose }: Props) {
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState<"password" | "passkey">();
  const { password: hasPassword, passkeys } = useWays();
  const prove = async (by: "password" | "passkey", proof: () => Promise<Proof>, tell: (say: () => void) => void) => {
    setBusy(by);
    try {
      await accountApi.unlock(await proof());
      onProven();
    } catch (cause) {
      tell(() => {
        setBusy(undefined);
        // A passkey's dialog that the person has closed is no failure.
        if (!(cause instanceof DOMException && cause.name === "NotAllowedError")) setError(messageOf(cause));
      });
    }
  };
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const password = textOf(new FormData(form), "password");
    if (password === "") return report(form, () => setError("Enter your password."));
    void prove(
      "password",
      () => Promise.resolve({ password }),
      (say) => report(form, say),
    );
  };
  const byPasskey = () =>
    void prove(
      "passkey",
      async () => ({ passkey: await answerByPasskey(await accountApi.challenge()) }),
      (say) => say(),
    );
  return (
    <Dialog title={title} onClose={onClose}>
      {text !== undefined && <p className="prove-text">{text}</p>}
      <form onSubmit={submit} onInput={() => setError(undefined)} noValidate>
        {hasPassword ? (
          <Field label="Password" name="password" type="password" autoComplete="current-password" autoFocus error={error} />
        ) : (
          error !== undefined && <p role="alert">{error}</p>
        )}
        <DialogActions onClose={onClose}>
          {passkeys > 0 && canUsePasskeys() && (
            <Button kind={hasPassword ? "outline" : "filled"} busy={busy === "passkey"} onClick={byPasskey}>
              Use a passkey
            </Button>
          )}
          {hasPassword && (
            <Button type="submit" busy={busy === "password"}>
              {label}
            </Button>
          )}
        </DialogActions>
      </form>
    </Dialog>
  );
}

/** Until it is known which ways there are, the password, which nearly everybody has. */
function useWays(): Pick<Ways, "password" | "passkeys"> {
  const [ways, setWays] = useState<Pick<Ways, "password" | "passkeys">>({ password: true, passkeys: 0 });
  useEffect(() => {
    // What is wrong with the server shows when the password is sent.
    accountApi.ways().then(setWays, () => undefined);
  }, []);
  return ways;
}
