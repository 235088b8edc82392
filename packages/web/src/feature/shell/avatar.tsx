import { mdiCogOutline, mdiLogoutVariant } from "@mdi/js";
import { Link } from "wouter";
import type { User } from "../../lib/api.ts";
import { messageOf } from "../../lib/http.ts";
import { useStore } from "../../lib/store.ts";
import { Icon } from "../../ui/icon.tsx";
import { Menu, MenuItem } from "../../ui/menu.tsx";
import { toast } from "../../ui/toast.tsx";
import { signOut } from "../account/session.ts";
import { theme, THEMES } from "./theme.ts";

/** The initials that open the account menu: who is signed in, theme, settings, sign out. */
export function Avatar({ user }: { user: User }) {
  const chosen = useStore(theme);
  const leave = () => void signOut().catch((error: unknown) => toast(messageOf(error)));
  return (
    <Menu label="Your account" className="avatar" face={<Face name={user.name} />}>
      {(close) => (
        <>
          <div className="avatar-who" role="presentation">
            <b>{user.name}</b>
            <span>{user.email}</span>
          </div>
          <div className="menu-line" role="presentation" />
          <div className="avatar-themes" role="group" aria-label="Theme">
            {THEMES.map(({ value, label, icon }) => (
              <button
                key={value}
                type="button"
                role="menuitemradio"
                aria-checked={chosen === value}
                className="avatar-theme"
                onClick={() => theme.set(value)}
              >
                <Icon path={icon} />
                {label}
              </button>
            ))}
          </div>
          <div className="menu-line" role="presentation" />
          <Link className="menu-item" role="menuitem" href="/settings" onClick={close}>
            <Icon path={mdiCogOutline} />
            Settings
          </Link>
          <MenuItem close={close} onPick={leave}>
            <Icon path={mdiLogoutVariant} />
            Sign out
          </MenuItem>
        </>
      )}
    </Menu>
  );
}

/** A person's initials, for the eye alone. */
export function Face({ name }: { name: string }) {
  return <span className="avatar-face" data-initials={initials(name)} />;
}

/** At most two letters: of the first and the last word. */
function initials(name: string): string {
  const words = name.trim().split(/\s+/u);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : words;
  return letters
    .map((word) => [...(word ?? "")][0] ?? "")
    .join("")
    .toUpperCase();
}
