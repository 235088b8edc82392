import { mdiCog, mdiImage } from "@mdi/js";
import { type MouseEvent, type ReactNode, useRef } from "react";
import { Link } from "wouter";
import type { Me } from "../../lib/api.ts";
import { counted, formatBytes } from "../../lib/format.ts";
import { Icon } from "../../ui/icon.tsx";
import { Avatar } from "./avatar.tsx";
import { UploadButton } from "./upload-button.tsx";
import "./shell.css";

const PLACES = [
  { name: "photos", href: "/", label: "Photos", icon: mdiImage },
  { name: "settings", href: "/settings", label: "Settings", icon: mdiCog },
] as const;

type Props = {
  /** Undefined while the session is still being checked. */
  me: Me | undefined;
  /** Which of the rail's places is shown, if one is. */
  place: "photos" | "settings" | undefined;
  children: ReactNode;
};

/** The frame of every signed-in screen: top bar, rail (tabs on a phone) and the area that its children fill and scroll. */
export function Shell({ me, place, children }: Props) {
  const main = useRef<HTMLElement>(null);
  // Followed as a link, the address would get a fragment, and the next press would do nothing.
  const skip = (event: MouseEvent) => {
    event.preventDefault();
    main.current?.focus();
  };
  return (
    <div className="shell">
      <a className="shell-skip" href="#main" onClick={skip}>
        Skip to the {place === "photos" ? "photos" : "content"}
      </a>
      <header className="shell-top">
        <Link className="shell-brand" href="/" aria-label="Tintype, your photos">
          <img src="/icon.svg" alt="" width={26} height={26} />
          <span>Tintype</span>
        </Link>
        <span className="shell-space" />
        <UploadButton />
        {me ? <Avatar user={me.user} /> : <span className="avatar" aria-hidden="true" />}
      </header>
      <nav className="shell-rail" aria-label="Main">
        {PLACES.map(({ name, href, label, icon }) => (
          <Link key={name} className="shell-link" href={href} aria-current={place === name ? "page" : undefined} title={label}>
            <Icon path={icon} />
            <span>{label}</span>
          </Link>
        ))}
        {me && me.library.assets > 0 && (
          <p className="shell-foot">
            <b>{formatBytes(me.library.bytes)}</b> <span>in your storage</span>
            <br />
            {counted(me.library.assets, "item")}
          </p>
        )}
      </nav>
      <main ref={main} id="main" className="shell-main" tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}
