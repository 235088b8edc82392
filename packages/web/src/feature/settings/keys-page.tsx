import { mdiAlertCircle } from "@mdi/js";
import { type SubmitEvent, useState } from "react";
import { accountApi } from "../../lib/account-api.ts";
import { agoText } from "../../lib/ago.ts";
import type { Me } from "../../lib/api.ts";
import { textOf } from "../../lib/form.ts";
import { Button } from "../../ui/button.tsx";
import { Copy } from "../../ui/copy.tsx";
import { Field } from "../../ui/field.tsx";
import { Icon } from "../../ui/icon.tsx";
import { attempt, useLoaded } from "./loaded.ts";
import { useProof } from "./proof.tsx";
import { useSend } from "./use-send.ts";
import "./people.css";

/** What a key may be given, in words. */
const SCOPES: readonly [scope: string, words: string][] = [
  ["library.read", "See your library"],
  ["library.write", "Change it: favourites, archive, bin"],
  ["upload", "Add photos"],
  ["album.read", "See albums"],
  ["album.write", "Change albums"],
  ["share.write", "Make and revoke share links"],
  ["admin", "Run this Tintype"],
];

function wordsOf(scope: string): string {
  return SCOPES.find(([each]) => each === scope)?.[1] ?? scope;
}

/** Keys for programs that act in one's name. */
export function KeysPage({ me }: { me: Me }) {
  const [keys, reload] = useLoaded(accountApi.keys);
  const [made, setMade] = useState<string>();
  const [proof, prove] = useProof();
  const { busy, sending, tell, errorOf, clear } = useSend("name", "scopes");
  const missing = errorOf("scopes");
  const scopes = SCOPES.filter(([scope]) => scope !== "admin" || me.user.role === "owner");
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const data = new FormData(form);
    const chosen = data.getAll("scope").map(String);
    if (chosen.length === 0) return tell(form, { field: "scopes", message: "Choose what the key may do." });
    const make = async () => {
      const { key } = await accountApi.makeKey({ name: textOf(data, "name").trim(), scopes: chosen });
      setMade(key);
      form.reset();
      reload();
    };
    prove(sending(form, make));
  };
  return (
    <>
      {proof}
      <div className="settings-group">
        <p>A key lets a program act in your name, as far as you choose. No key sees what is locked, or manages accounts and keys.</p>
        {made !== undefined && (
          <>
            <p role="status">Copy the key now: it is shown this once.</p>
            <div className="people-once">
              <code>{made}</code>
              <Copy label="Copy the key" text={made} />
            </div>
          </>
        )}
        <ul className="people-list">
          {keys?.map((key) => (
            <li key={key.id}>
              <div>
                <span className="settings-group-title">{key.name}</span>
                <small>
                  <code>{key.start}…</code> {key.scopes.map(wordsOf).join(", ")}
                </small>
                <small>{key.usedAt === null ? "Never used" : `Last used ${agoText(key.usedAt)}`}</small>
              </div>
              <Button
                kind="text"
                aria-label={`Revoke ${key.name}`}
                onClick={() => void attempt(() => accountApi.revokeKey(key.id), reload)}
              >
                Revoke
              </Button>
            </li>
          ))}
        </ul>
      </div>
      <div className="settings-group">
        <h2>New key</h2>
        <form className="people-form" onSubmit={submit} onInput={clear}>
          <Field label="What it is for" name="name" required maxLength={100} autoComplete="off" error={errorOf("name")} />
          <fieldset className="people-scopes">
            <legend>It may</legend>
            {scopes.map(([scope, words]) => (
              <label key={scope}>
                <input type="checkbox" name="scope" value={scope} aria-invalid={missing !== undefined} />
                {words}
              </label>
            ))}
            {missing !== undefined && (
              <div className="field-error" role="alert">
                <Icon path={mdiAlertCircle} size={16} />
                {missing}
              </div>
            )}
          </fieldset>
          <Button type="submit" busy={busy}>
            Make the key
          </Button>
        </form>
      </div>
    </>
  );
}
