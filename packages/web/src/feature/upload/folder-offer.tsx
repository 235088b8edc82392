import { useState } from "react";
import { navigate } from "wouter/use-browser-location";
import { albumApi } from "../../lib/album-api.ts";
import { messageOf } from "../../lib/http.ts";
import { Button } from "../../ui/button.tsx";
import { toast } from "../../ui/toast.tsx";
import { control, offered } from "./upload.ts";

/** Photos per request. */
const BATCH = 5_000;

type Offer = NonNullable<ReturnType<typeof offered.get>>;

/** "Make an album of “Mongolia”?": a folder that was dropped may become one, with what has arrived of it and what is to come. */
export function FolderOffer({ offer }: { offer: Offer }) {
  const [busy, setBusy] = useState(false);
  const accept = async () => {
    setBusy(true);
    await makeAlbum(offer).catch((error: unknown) => toast(messageOf(error)));
    setBusy(false);
  };
  return (
    <div className="tray-offer">
      <p>Make an album of “{offer.name}”?</p>
      <Button kind="text" onClick={() => offered.set(undefined)}>
        No
      </Button>
      <Button kind="text" busy={busy} onClick={() => void accept()}>
        Make album
      </Button>
    </div>
  );
}

async function makeAlbum({ name, into }: Offer): Promise<void> {
  const { id } = await albumApi.create({ title: name.slice(0, 200) });
  into.albumId = id;
  offered.set(undefined);
  await control((each) => void each.follow(into).catch((error: unknown) => toast(messageOf(error))));
  for (let i = 0; i < into.done.length; i += BATCH) await albumApi.add(id, { ids: into.done.slice(i, i + BATCH), ranges: [] });
  toast(`“${name}” is an album now.`, { label: "Open", run: () => navigate(`/albums/${id}`) });
}
