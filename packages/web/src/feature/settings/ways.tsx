import { type SubmitEvent, useState } from "react";
import { accountApi } from "../../lib/account-api.ts";
import { agoText } from "../../lib/ago.ts";
import { textOf } from "../../lib/form.ts";
import { canUsePasskeys, makePasskey } from "../../lib/passkey.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { NewPassword } from "../../ui/new-password.tsx";
import { toast } from "../../ui/toast.tsx";
import { deviceName } from "./devices.ts";
import { attempt, useLoaded } from "./loaded.ts";
import { PasskeyName } from "./passkey-name.tsx";
import { useProof } from "./proof.tsx";
import { useSend } from "./use-send.ts";
import "./people.css";

/** The ways in: password, passkeys, and where one is signed in. */
export function Ways() {
  return (
    <>
      <Password />
      <Passkeys />
      <Sessions />
    </>
  );
}

function Password() {
  const [ways, reload] = useLoaded(accountApi.ways);
  const [proof, prove] = useProof();
  const { busy, sending, errorOf, clear } = useSend("current", "next");
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const data = new FormData(form);
    const body = { next: textOf(data, "next"), ...(ways?.password && { current: textOf(data, "current") }) };
    const change = async () => {
      await accountApi.setPassword(body);
      form.reset();
      reload();
      toast("Your password is changed. Every other browser was signed out.");
    };
    prove(sending(form, change));
  };
  return (
    <div className="settings-group">
      {proof}
      <h2>Password</h2>
      <form className="people-form" onSubmit={submit} onInput={clear}>
        {ways?.password === true && (
          <Field label="Present password" name="current" type="password" autoComplete="current-password" error={errorOf("current")} />
        )}
        <NewPassword
          label="New password"
          name="next"
          hint="At least 12 characters. Every other browser is signed out."
          error={errorOf("next")}
        />
        <Button kind="outline" type="submit" busy={busy}>
          {ways?.password === false ? "Set the password" : "Change the password"}
        </Button>
      </form>
    </div>
  );
}

/** The same page by the name that browsers allow passkeys on. */
function atLocalhost(): string {
  const url = new URL(location.href);
  url.hostname = "localhost";
  return url.href;
}

function Passkeys() {
  const isHere = location.hostname === "127.0.0.1";
  const [passkeys, reload] = useLoaded(accountApi.passkeys);
  const [naming, setNaming] = useState<{ id: string; name: string }>();
  const [proof, prove] = useProof();
  const add = async () => {
    const response = await makePasskey(await accountApi.beginPasskey());
    await accountApi.addPasskey(deviceName(navigator.userAgent), response);
    reload();
  };
  return (
    <div className="settings-group">
      {proof}
      <h2>Passkeys</h2>
      <p>Sign in with your fingerprint, your face or your device's PIN.</p>
      <ul className="people-list">
        {passkeys?.map(({ id, name, createdAt }) => (
          <li key={id}>
            <div>
              <span className="settings-group-title">{name}</span>
              <small>{createdAt !== null && `Added ${agoText(createdAt)}`}</small>
            </div>
            <div className="people-actions">
              <Button kind="text" aria-label={`Rename ${name}`} onClick={() => setNaming({ id, name })}>
                Rename
              </Button>
              <Button kind="text" aria-label={`Remove ${name}`} onClick={() => void attempt(() => accountApi.removePasskey(id), reload)}>
                Remove
              </Button>
            </div>
          </li>
        ))}
      </ul>
      {naming && <PasskeyName passkey={naming} onClose={() => setNaming(undefined)} onNamed={reload} />}
      {canUsePasskeys() ? (
        <Button kind="outline" onClick={() => prove(add)}>
          Add a passkey
        </Button>
      ) : (
        <p>
          Passkeys need Tintype to be opened by a name and with https, or at {isHere ? <a href={atLocalhost()}>localhost</a> : "localhost"}.
        </p>
      )}
    </div>
  );
}

function Sessions() {
  const [sessions, reload] = useLoaded(accountApi.sessions);
  return (
    <div className="settings-group">
      <div className="settings-group-head">
        <h2>Where you are signed in</h2>
        {(sessions?.length ?? 0) > 1 && (
          <Button kind="text" onClick={() => void attempt(accountApi.endOthers, reload)}>
            Sign out the others
          </Button>
        )}
      </div>
      <ul className="people-list">
        {sessions?.map(({ id, userAgent, usedAt, address, isThis }) => (
          <li key={id}>
            <div>
              <span className="settings-group-title">{deviceName(userAgent)}</span>
              <small>
                {isThis ? "This browser" : `Last used ${agoText(usedAt)}`}
                {address !== null && address !== "" && `, from ${address}`}
              </small>
            </div>
            {!isThis && (
              <Button
                kind="text"
                aria-label={`Sign out ${deviceName(userAgent)}`}
                onClick={() => void attempt(() => accountApi.endSession(id), reload)}
              >
                Sign out
              </Button>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
