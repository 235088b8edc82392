import { mdiArrowLeft, mdiImageCheckOutline } from "@mdi/js";
import { useEffect, useState } from "react";
import { Link } from "wouter";
import { albumApi } from "../../lib/album-api.ts";
import { mediaText } from "../../lib/media.ts";
import { useStore } from "../../lib/store.ts";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Notice } from "../../ui/notice.tsx";
import { CollectionScreen } from "../collection/collection-screen.tsx";
import type { Gallery } from "../gallery/gallery.ts";
import { decideAll } from "../mark/decide.ts";
import { albums, noteAlbum } from "./album.ts";
import "./guests.css";

/** What guests have sent to an album, to be looked at before it is taken or declined. */
export function GuestsPage({ id }: { id: string }) {
  const album = useStore(albums)?.find((each) => each.id === id);
  useEffect(() => {
    // Photos that were picked by hand are in no album that can be told of.
    albumApi.get(id).then(noteAlbum, () => undefined);
  }, [id]);
  const back = album ? { href: `/albums/${id}`, label: album.title } : { href: "/sharing", label: "Sharing" };
  return (
    <CollectionScreen
      collection={{ kind: "held", id }}
      title="Photos from guests"
      head={(gallery) => headOf(gallery, back)}
      empty={
        <Notice icon={mdiImageCheckOutline} title="Nothing waits any more" level={2} text="What guests send is shown here first.">
          <Link className="button button-outline" href={back.href}>
            Back to {back.label}
          </Link>
        </Notice>
      }
    />
  );
}

type Back = { href: string; label: string };

function headOf(gallery: Gallery, back: Back) {
  return <Head gallery={gallery} back={back} />;
}

function Head({ gallery, back }: { gallery: Gallery; back: Back }) {
  const { count, state } = useStore(gallery.status);
  const [busy, setBusy] = useState(false);
  const decide = (accept: boolean) => {
    setBusy(true);
    void decideAll(gallery, accept).then(() => setBusy(false));
  };
  return (
    <header className="guests-head">
      <Link className="guests-back" href={back.href}>
        <Icon path={mdiArrowLeft} size={18} />
        {back.label}
      </Link>
      <h1 className="page-title">Photos from guests</h1>
      {state === "ready" && count > 0 && (
        <>
          <p>
            {mediaText(count, gallery.held?.videos() ?? 0)} {count === 1 ? "waits" : "wait"} for your word. What you accept is in the album
            then.
          </p>
          <div className="guests-bar">
            <Button busy={busy} onClick={() => decide(true)}>
              Accept all
            </Button>
            <Button kind="outline" disabled={busy} onClick={() => decide(false)}>
              Decline all
            </Button>
          </div>
        </>
      )}
    </header>
  );
}
