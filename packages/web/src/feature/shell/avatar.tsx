import { mdiLogoutVariant, mdiThemeLightDark, mdiWeatherNight, mdiWhiteBalanceSunny } from "@mdi/js";
import type { User } from "../../lib/api.ts";
import { messageOf } from "../../lib/http.ts";
import { useStore } from "../../lib/store.ts";
import { Icon } from "../../ui/icon.tsx";
import { Menu } from "../../ui/menu.tsx";
import { toast } from "../../ui/toast.tsx";
import { signOut } from "../account/session.ts";
import { type Theme, theme } from "./theme.ts";

const THEMES: { value: Theme; label: string; icon: string }[] = [
  { value: "system", label: "System", icon: mdiThemeLightDark },
  { value: "light", label: "Light", icon: mdiWhiteBalanceSunny },
  { value: "dark", label: "Dark", icon: mdiWeatherNight },
];

/** The initials that open the account menu: who is signed in, theme, sign out. */
export function Avatar({ user }: { user: User }) {
  const chosen = useStore(theme);
  const leave = () => void signOut().catch((error: unknown) => toast(messageOf(error)));
  return (
    <Menu label="Your account" className="avatar" face={<span className="avatar-face" data-initials={initials(user.name)} />}>
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
          <button
            type="button"
            role="menuitem"
            className="menu-item"
            onClick={() => {
              close();
              leave();
            }}
          >
            <Icon path={mdiLogoutVariant} />
            Sign out
          </button>
        </>
      )}
    </Menu>
  );
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
