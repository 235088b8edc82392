import { type SubmitEvent, useState } from "react";
import { accountApi } from "../../lib/account-api.ts";
import type { Me } from "../../lib/api.ts";
import { textOf } from "../../lib/form.ts";
import { counted, formatBytes } from "../../lib/format.ts";
import { messageOf } from "../../lib/http.ts";
import { useStore } from "../../lib/store.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { Icon } from "../../ui/icon.tsx";
import { toast } from "../../ui/toast.tsx";
import { refreshLibrary, signOut } from "../account/session.ts";
import { Face } from "../shell/avatar.tsx";
import { theme, THEMES } from "../shell/theme.ts";
import { attempt } from "./loaded.ts";
import { useSend } from "./use-send.ts";
import { Ways } from "./ways.tsx";

/** Who is signed in, where their photos are, the theme, and the way out. */
export function AccountPage({ me: { user, library } }: { me: Me }) {
  const [busy, setBusy] = useState(false);
  const leave = async () => {
    setBusy(true);
    try {
      await signOut();
    } catch (error) {
      toast(messageOf(error));
      setBusy(false);
    }
  };
  return (
    <>
      <div className="settings-who">
        <span className="settings-face">
          <Face name={user.name} />
        </span>
        <div>
          <b>{user.name}</b>
          <span>{user.email}</span>
        </div>
      </div>
      <dl className="settings-facts">
        <div>
          <dt>Role</dt>
          <dd>{user.role === "owner" ? "Owner of this Tintype" : "Member"}</dd>
        </div>
        <div>
          <dt>Library</dt>
          <dd>
            {counted(library.assets, "item")}, {formatBytes(library.bytes)}
            {library.quotaBytes !== null && ` of ${formatBytes(library.quotaBytes)}`}
          </dd>
        </div>
        <div>
          <dt>Folder in storage</dt>
          <dd>
            <code>library/{user.handle}/</code>
          </dd>
        </div>
      </dl>
      <Rename name={user.name} />
      <Ways />
      <ThemeChoice />
      <div className="settings-group">
        <h2>This browser</h2>
        <p>Signing out leaves your photos where they are.</p>
        <Button kind="outline" busy={busy} onClick={() => void leave()}>
          Sign out
        </Button>
      </div>
    </>
  );
}

function Rename({ name }: { name: string }) {
  const { busy, sending, errorOf, clear } = useSend("name");
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const given = textOf(new FormData(form), "name").trim();
    const rename = async () => {
      await accountApi.rename(given);
      refreshLibrary();
      toast("Your name is changed.");
    };
    void attempt(sending(form, rename), () => undefined);
  };
  return (
    <div className="settings-group">
      <h2>Name</h2>
      <form className="people-form" onSubmit={submit} onInput={clear}>
        <Field label="Your name" name="name" required maxLength={100} autoComplete="name" defaultValue={name} error={errorOf("name")} />
        <Button kind="outline" type="submit" busy={busy}>
          Save the name
        </Button>
      </form>
    </div>
  );
}

function ThemeChoice() {
  const chosen = useStore(theme);
  return (
    <fieldset className="settings-group settings-themes">
      <legend>Theme</legend>
      <div>
        {THEMES.map(({ value, label, icon }) => (
          <label key={value} className="settings-theme">
            <input type="radio" name="theme" value={value} checked={chosen === value} onChange={() => theme.set(value)} />
            <Icon path={icon} />
            {label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
