import { type SubmitEvent, useState } from "react";
import { report, textOf } from "../../lib/form.ts";
import { messageOf, Problem } from "../../lib/http.ts";
import { canUsePasskeys } from "../../lib/passkey.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { Frame, without } from "./frame.tsx";
import { signIn, signInByPasskey } from "./session.ts";

type Errors = { email?: string; password?: string; form?: string };

/** Sign-in. On success the session store changes and the app leads back to where one was. */
export function Login({ ended, waiting }: { ended: boolean; waiting: boolean }) {
  const [busy, setBusy] = useState(false);
  const [errors, setErrors] = useState<Errors>({});

  const submit = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const data = new FormData(form);
    const email = textOf(data, "email").trim();
    const password = textOf(data, "password");
    const missing = check(email, password);
    report(form, () => setErrors(missing));
    if (Object.keys(missing).length > 0) return;
    setBusy(true);
    try {
      await signIn(email, password);
    } catch (error) {
      report(form, () => {
        setErrors(errorsOf(error));
        setBusy(false);
      });
    }
  };

  const byPasskey = async (form: HTMLFormElement) => {
    setBusy(true);
    try {
      await signInByPasskey();
    } catch (error) {
      // The person may have closed the device's dialog.
      report(form, () => {
        setErrors(error instanceof DOMException ? {} : { form: messageOf(error) });
        setBusy(false);
      });
    }
  };

  return (
    <Frame title="Sign in" lead={lead(ended, waiting)}>
      <form onSubmit={submit} onInput={(event) => setErrors(without(errors, event.target))} noValidate>
        {errors.form && (
          <p className="account-alert" role="alert">
            {errors.form}
          </p>
        )}
        <Field label="E-mail" name="email" type="email" autoComplete="username" autoFocus error={errors.email} />
        <Field label="Password" name="password" type="password" autoComplete="current-password" error={errors.password} />
        <Button type="submit" busy={busy}>
          Sign in
        </Button>
        {canUsePasskeys() && (
          <Button kind="outline" disabled={busy} onClick={(event) => event.currentTarget.form && void byPasskey(event.currentTarget.form)}>
            Use a passkey
          </Button>
        )}
      </form>
    </Frame>
  );
}

function lead(ended: boolean, waiting: boolean): string {
  if (waiting) return "You have been signed out. The upload waits here and carries on once you sign in.";
  return ended ? "You have been signed out. Sign in to carry on where you were." : "Your photos, in storage that you own.";
}

function check(email: string, password: string): Errors {
  const errors: Errors = {};
  if (!email.includes("@")) errors.email = "Enter the e-mail address of your account.";
  if (password === "") errors.password = "Enter your password.";
  return errors;
}

function errorsOf(error: unknown): Errors {
  if (!(error instanceof Problem)) return { form: messageOf(error) };
  if (error.status === 429) {
    const wait = error.retryAfter ? ` Try again in ${Math.ceil(error.retryAfter)} seconds.` : " Wait a minute, then try again.";
    return { form: `Too many attempts.${wait}` };
  }
  if (error.status === 401) return { password: error.message };
  return { form: error.message };
}
