import { mdiArchive, mdiHeart, mdiLock, mdiTrashCan } from "@mdi/js";
import { useState } from "react";
import { useStore } from "../../lib/store.ts";
import { Button } from "../../ui/button.tsx";
import { Notice } from "../../ui/notice.tsx";
import { AddAction } from "../album/add-action.tsx";
import type { Gallery } from "../gallery/gallery.ts";
import { emptyBin } from "../mark/bin.ts";
import { askUnlock } from "../mark/unlock.ts";
import { KEPT_DAYS } from "../mark/words.ts";
import { CollectionScreen } from "./collection-screen.tsx";
import type { OwnPlace } from "./places.ts";

const EMPTY = {
  favourites: {
    title: "Favourites",
    icon: mdiHeart,
    lead: "No favourites yet",
    text: "Choose the heart on a photo or above your selection, or press f, and it is kept here as well.",
  },
  archive: {
    title: "Archive",
    icon: mdiArchive,
    lead: "Nothing is archived",
    text: "What you archive leaves your photos and stays in albums, in favourites and here.",
  },
  locked: {
    title: "Locked",
    icon: mdiLock,
    lead: "Nothing is locked",
    text: "What you lock is seen here only, after you have shown that it is you.",
  },
  bin: {
    title: "Bin",
    icon: mdiTrashCan,
    lead: "The bin is empty",
    text: `What you put here is deleted for good after ${KEPT_DAYS} days.`,
  },
} as const;

/** Favourites, archive, locked or bin. */
export function OwnCollection({ place }: { place: OwnPlace }) {
  const [attempt, setAttempt] = useState(0);
  const { title, icon, lead, text } = EMPTY[place];
  const unlock = async () => {
    if (await askUnlock()) setAttempt(attempt + 1);
  };
  return (
    <CollectionScreen
      key={`${place} ${attempt}`}
      collection={{ kind: place }}
      title={title}
      head={place === "bin" ? binHead : undefined}
      actions={place === "favourites" || place === "archive" ? addAction : undefined}
      empty={<Notice icon={icon} title={lead} level={2} text={text} />}
      locked={
        place === "locked" && (
          <Notice icon={mdiLock} title="This folder is locked" level={2} text="Show that it is you to see what is locked.">
            <Button onClick={() => void unlock()}>Unlock</Button>
          </Notice>
        )
      }
    />
  );
}

function binHead(gallery: Gallery) {
  return <BinHead gallery={gallery} />;
}

function BinHead({ gallery }: { gallery: Gallery }) {
  const { count } = useStore(gallery.status);
  return (
    <div className="collection-head">
      <h1 className="collection-title page-title">Bin</h1>
      {count > 0 && (
        <>
          <p className="collection-lead">Each photo is deleted for good {KEPT_DAYS} days after it came here.</p>
          <Button kind="outline" onClick={() => emptyBin(gallery)}>
            Empty the bin
          </Button>
        </>
      )}
    </div>
  );
}

function addAction(gallery: Gallery) {
  return <AddAction gallery={gallery} />;
}
