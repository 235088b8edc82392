import { mdiArchive, mdiCog, mdiDotsHorizontal, mdiHeart, mdiImage, mdiImageAlbum, mdiLock, mdiTrashCan, mdiLinkVariant } from "@mdi/js";
import { type MouseEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { Link } from "wouter";
import type { Me } from "../../lib/api.ts";
import { createChunk, loadAhead } from "../../lib/chunk.ts";
import { useStore } from "../../lib/store.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Avatar } from "./avatar.tsx";
import { UploadButton } from "./upload-button.tsx";
import "./shell.css";

/** `tab`: on a phone it has a tab of its own; the others are behind More. */
const PLACES = [
  { name: "photos", href: "/", label: "Photos", icon: mdiImage, tab: true },
  { name: "albums", href: "/albums", label: "Albums", icon: mdiImageAlbum, tab: true },
  { name: "sharing", href: "/sharing", label: "Sharing", icon: mdiLinkVariant, tab: false },
  { name: "favourites", href: "/favourites", label: "Favourites", icon: mdiHeart, tab: true },
  { name: "archive", href: "/archive", label: "Archive", icon: mdiArchive, tab: false },
  { name: "locked", href: "/locked", label: "Locked", icon: mdiLock, tab: false },
  { name: "bin", href: "/bin", label: "Bin", icon: mdiTrashCan, tab: false },
  { name: "settings", href: "/settings", label: "Settings", icon: mdiCog, tab: false },
] as const;

type PlaceName = (typeof PLACES)[number]["name"];

type Props = {
  /** Undefined while the session is still being checked. */
  me: Me | undefined;
  /** Which of the rail's places is shown, if one is. */
  place: PlaceName | undefined;
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
        {PLACES.map(({ name, href, label, icon, tab }) => (
          <Link
            key={name}
            className={tab ? "shell-link" : "shell-link shell-behind"}
            href={href}
            aria-current={place === name ? "page" : undefined}
            title={label}
            data-takes={name === "albums" ? "photos" : undefined}
          >
            <Icon path={icon} />
            <span>{label}</span>
          </Link>
        ))}
        <More place={place} />
        {me && <LazyFoot me={me} />}
      </nav>
      <main ref={main} id="main" className="shell-main" tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}

const foot = createChunk(async () => (await import("./foot.tsx")).Foot);

/** Comes when the page has nothing better to do. */
function LazyFoot(props: { me: Me }) {
  const loaded = useStore(foot.state);
  useEffect(() => loadAhead(foot), []);
  return loaded.state === "here" && <loaded.value {...props} />;
}

/** On a phone: the places that have no tab, in a sheet. */
function More({ place }: { place: PlaceName | undefined }) {
  const [open, setOpen] = useState(false);
  const behind = PLACES.filter(({ tab }) => !tab);
  const isHere = behind.some(({ name }) => name === place);
  return (
    <>
      <button
        type="button"
        className="shell-link shell-more"
        aria-haspopup="dialog"
        aria-current={isHere ? "page" : undefined}
        onClick={() => setOpen(true)}
      >
        <Icon path={mdiDotsHorizontal} />
        <span>More</span>
      </button>
      {open && (
        <Dialog title="More" onClose={() => setOpen(false)}>
          <nav className="shell-sheet" aria-label="More">
            {behind.map(({ name, href, label, icon }) => (
              <Link key={name} href={href} aria-current={place === name ? "page" : undefined} onClick={() => setOpen(false)}>
                <Icon path={icon} />
                {label}
              </Link>
            ))}
          </nav>
        </Dialog>
      )}
    </>
  );
}
