import { mdiImage } from "@mdi/js";
import type { ReactNode } from "react";
import { Link } from "wouter";
import type { Me } from "../../lib/api.ts";
import { counted, formatBytes } from "../../lib/format.ts";
import { Icon } from "../../ui/icon.tsx";
import { Avatar } from "./avatar.tsx";
import { UploadButton } from "./upload-button.tsx";
import "./shell.css";

type Props = {
  /** Undefined while the session is still being checked. */
  me: Me | undefined;
  children: ReactNode;
};

/** The frame of every signed-in screen: top bar, rail (tabs on a phone) and the area that its children fill and scroll. */
export function Shell({ me, children }: Props) {
  return (
    <div className="shell">
      <a className="shell-skip" href="#main">
        Skip to your photos
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
      <nav className="shell-rail" aria-label="Library">
        <Link className="shell-link" href="/" aria-current="page" title="Photos">
          <Icon path={mdiImage} />
          <span>Photos</span>
        </Link>
        {me && me.library.assets > 0 && (
          <p className="shell-foot">
            <b>{formatBytes(me.library.bytes)}</b> <span>in your storage</span>
            <br />
            {counted(me.library.assets, "item")}
          </p>
        )}
      </nav>
      <main id="main" className="shell-main" tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}
