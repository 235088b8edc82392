import { mdiLinkVariant } from "@mdi/js";
import { useEffect, useState } from "react";
import { counted } from "../../lib/format.ts";
import { messageOf } from "../../lib/http.ts";
import { type DirectLink, shareApi } from "../../lib/share-api.ts";
import { useTitle } from "../../lib/title.ts";
import { Notice } from "../../ui/notice.tsx";
import { toast } from "../../ui/toast.tsx";
import { Held } from "./held.tsx";
import { isOver, LinkRow, useLinks } from "./links.tsx";
import { dayText } from "./words.ts";
import "./share.css";

/** Everything that was given out: share links with what they are, what waits from guests, and direct links. */
export function SharingPage() {
  const { links, reload } = useLinks();
  const directLinks = useDirectLinks();
  useTitle("Sharing");
  if (!links) return null;
  if (links.length === 0 && directLinks.length === 0) {
    return (
      <Notice
        icon={mdiLinkVariant}
        title="Nothing is shared by a link"
        level={1}
        text="Select photos or open an album, and choose Share. What you share is listed here."
      />
    );
  }
  const taking = [...new Map(links.filter((link) => link.uploadedCount > 0).map(({ album }) => [album.id, album])).values()];
  return (
    <div className="sharing">
      <h1 className="page-title">Sharing</h1>
      {taking.map((album) => (
        <Held key={album.id} album={album} onChange={reload} />
      ))}
      {links.length > 0 && (
        <section className="share-links">
          <h2>Links</h2>
          <ul>
            {links
              .toSorted((a, b) => Number(isOver(a)) - Number(isOver(b)))
              .map((link) => (
                <LinkRow
                  key={link.id}
                  link={link}
                  title={`${link.album.title} · ${counted(link.album.count, "photo")}`}
                  onChange={reload}
                />
              ))}
          </ul>
        </section>
      )}
      {directLinks.length > 0 && (
        <section className="share-links">
          <h2>Direct links</h2>
          <p>Addresses of single files, signed for the storage itself. They cannot be revoked: each works until it expires.</p>
          <ul>
            {directLinks.map(({ id, name, expiresAt }) => (
              <li key={id} className="share-row">
                <div className="share-about">
                  <b>{name}</b>
                  <span>Works until {dayText(expiresAt)}</span>
                </div>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function useDirectLinks(): readonly DirectLink[] {
  const [found, setFound] = useState<readonly DirectLink[]>([]);
  useEffect(() => {
    shareApi.direct().then(setFound, (error: unknown) => toast(messageOf(error)));
  }, []);
  return found;
}
