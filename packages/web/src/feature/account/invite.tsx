import { type SubmitEvent, useEffect, useState } from "react";
import { Link, useLocation } from "wouter";
import { accountApi } from "../../lib/account-api.ts";
import type { Me } from "../../lib/api.ts";
import { report, textOf } from "../../lib/form.ts";
import { formatBytes } from "../../lib/format.ts";
import { messageOf, Problem } from "../../lib/http.ts";
import { canUsePasskeys, makePasskey } from "../../lib/passkey.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { NewPassword } from "../../ui/new-password.tsx";
import { Frame, without } from "./frame.tsx";
import { passwordFault } from "./password.ts";
import { loadSession, signOut } from "./session.ts";

type Errors = { name?: string; email?: string; password?: string; form?: string };

function leadOf({ by, quotaBytes }: { by: string; quotaBytes: number | null }): string {
  if (quotaBytes === 0) return `${by} invites you to see what is shared here. There is no room for photos of your own.`;
  const room = quotaBytes === null ? "" : `, up to ${formatBytes(quotaBytes)}`;
  return `${by} invites you to keep your photos here${room}. Your library is yours alone.`;
}

const tokenOf = (): string => new URLSearchParams(location.hash.slice(1)).get("token") ?? "";

/** `/invite#token=…`: makes an account by an invitation; whoever is signed in already is asked what they mean by it. */
export function Invite({ me }: { me?: Me }) {
  return me ? <Already me={me} /> : <Join />;
}

/** An account is made by somebody who is nobody here yet. An invitation that is used, as by who has just joined with it, or over, leads home. */
function Already({ me: { user } }: { me: Me }) {
  const [, navigate] = useLocation();
  const [invited, setInvited] = useState(false);
  const [error, setError] = useState<string>();
  const goOn = () => navigate("/", { replace: true });
  useEffect(() => {
    accountApi.lookAtInvite(tokenOf()).then(
      () => setInvited(true),
      () => navigate("/", { replace: true }),
    );
  }, [navigate]);
  if (!invited) return null;
  return (
    <Frame title="You are signed in already" lead={`As ${user.name}, ${user.email}. This invitation makes another account.`}>
      {error !== undefined && (
        <p className="account-alert" role="alert">
          {error}
        </p>
      )}
      <div className="account-ways">
        <Button onClick={goOn}>Stay signed in</Button>
        <Button kind="outline" onClick={() => void signOut().catch((failure: unknown) => setError(messageOf(failure)))}>
          Sign out, and use the invitation
        </Button>
      </div>
      <p className="account-note">If it is for somebody else, send them the link: it works once.</p>
    </Frame>
  );
}

/** With a password or a passkey. */
function Join() {
  const [token] = useState(tokenOf);
  const [invited, setInvited] = useState<{ name: string; by: string; quotaBytes: number | null }>();
  const [errors, setErrors] = useState<Errors>({});
  const [busy, setBusy] = useState(false);
  /** The account is made, and its passkey still to be: the token is used up. */
  const [made, setMade] = useState(false);

  useEffect(() => {
    accountApi.lookAtInvite(token).then(setInvited, (error: unknown) => setErrors({ form: messageOf(error) }));
  }, [token]);

  const join = async (form: HTMLFormElement, withPasskey: boolean) => {
    const data = new FormData(form);
    const [name, email, password] = [textOf(data, "name").trim(), textOf(data, "email").trim(), textOf(data, "password")];
    const wrong: Errors = {};
    if (name === "") wrong.name = "Enter your name.";
    if (!/^\S+@\S+$/u.test(email)) wrong.email = "Enter an e-mail address, for example anna@example.org.";
    const fault = withPasskey ? undefined : passwordFault(password, { name, email });
    if (fault) wrong.password = fault;
    report(form, () => setErrors(wrong));
    if (Object.keys(wrong).length > 0) return;
    setBusy(true);
    try {
      if (!made) await accountApi.accept({ token, name, email, ...(!withPasskey && { password }) });
      else if (!withPasskey) await accountApi.setPassword({ next: password });
      if (withPasskey) {
        setMade(true);
        await accountApi.addPasskey("First passkey", await makePasskey(await accountApi.beginPasskey()));
      }
      await loadSession();
    } catch (error) {
      report(form, () => setErrors(errorsOf(error)));
      setBusy(false);
    }
  };
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    void join(event.currentTarget, false);
  };

  const lead = invited ? leadOf(invited) : "An invitation to Tintype.";
  return (
    <Frame title="Join Tintype" lead={lead}>
      {errors.form !== undefined && (
        <p className="account-alert" role="alert">
          {errors.form}
        </p>
      )}
      {invited && (
        <form onSubmit={submit} onInput={(event) => setErrors(without(errors, event.target))} noValidate>
          <Field label="Your name" name="name" autoComplete="name" defaultValue={invited.name} error={errors.name} />
          <Field label="E-mail" name="email" type="email" autoComplete="username" error={errors.email} />
          <NewPassword name="password" hint="At least 12 characters." error={errors.password} />
          <Button type="submit" busy={busy}>
            Create the account
          </Button>
          {canUsePasskeys() && (
            <Button
              kind="outline"
              disabled={busy}
              onClick={(event) => event.currentTarget.form && void join(event.currentTarget.form, true)}
            >
              Use a passkey instead
            </Button>
          )}
        </form>
      )}
      <p className="account-note">
        Do you have an account here already? <Link href="/login">Sign in</Link>
      </p>
    </Frame>
  );
}

function errorsOf(error: unknown): Errors {
  if (error instanceof DOMException) return { form: "No passkey was made. Try it again, or choose a password." };
  const field = error instanceof Problem ? error.extra["field"] : undefined;
  if (field === "name" || field === "email" || field === "password") return { [field]: messageOf(error) };
  return { form: messageOf(error) };
}
