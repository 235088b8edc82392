import { useCallback, useEffect, useState } from "react";
import { Link } from "wouter";
import { messageOf } from "../../lib/http.ts";
import { shareApi, type ShareLink } from "../../lib/share-api.ts";
import { Button } from "../../ui/button.tsx";
import { toast } from "../../ui/toast.tsx";
import { ChangeDialog } from "./change-dialog.tsx";
import { revoke } from "./revoke.ts";
import { madeText, stateText, traitsText } from "./words.ts";

/** One's links, of one album when given; undefined until they are known. */
export function useLinks(albumId?: string): { links: readonly ShareLink[] | undefined; reload: () => Promise<void> } {
  const [links, setLinks] = useState<readonly ShareLink[]>();
  const reload = useCallback(() => shareApi.links(albumId).then(setLinks, (error: unknown) => toast(messageOf(error))), [albumId]);
  useEffect(() => void reload(), [reload]);
  return { links, reload };
}

/** The links that an album has already, while they work. */
export function AlbumLinks({ albumId }: { albumId: string }) {
  const { links = [], reload } = useLinks(albumId);
  const open = links.filter(({ state }) => state === "open" || state === "spent");
  if (open.length === 0) return null;
  return (
    <section className="share-links">
      <h3>Links to this album</h3>
      <ul>
        {open.map((link) => (
          <LinkRow key={link.id} link={link} onChange={reload} />
        ))}
      </ul>
    </section>
  );
}

/** Whether it is of no use any more. */
export function isOver({ state }: ShareLink): boolean {
  return state === "revoked" || state === "expired";
}

/** A link: what it is, whether it works, how often it was seen, and its end. */
export function LinkRow({ link, title, onChange }: { link: ShareLink; title?: string; onChange: () => Promise<void> }) {
  const [changing, setChanging] = useState(false);
  return (
    <li className="share-row" data-over={isOver(link)}>
      <div className="share-about">
        {title !== undefined && <b>{link.album.kind === "album" ? <Link href={`/albums/${link.album.id}`}>{title}</Link> : title}</b>}
        <span>
          {stateText(link)}
          {link.slug !== null && (
            <>
              {" · "}
              <a href={`/s/${link.slug}`}>/s/{link.slug}</a>
            </>
          )}
        </span>
        <small>{traitsText(link)}</small>
        <small>{madeText(link)}</small>
      </div>
      {link.state !== "revoked" && (
        <div className="share-acts">
          <Button kind="text" onClick={() => setChanging(true)}>
            Change
          </Button>
          <Button kind="text" onClick={() => revoke(link, onChange)}>
            Revoke
          </Button>
        </div>
      )}
      {changing && <ChangeDialog link={link} onClose={() => setChanging(false)} onChange={onChange} />}
    </li>
  );
}
