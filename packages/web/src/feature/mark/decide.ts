import { messageOf } from "../../lib/http.ts";
import { toast } from "../../ui/toast.tsx";
import { refreshLibrary } from "../account/session.ts";
import type { Gallery } from "../gallery/gallery.ts";
import { type Marked, newToken } from "./mark.ts";
import { offerUndo } from "./undo.ts";
import { decidedText, waitsText } from "./words.ts";

/** Ids per request. */
const BATCH = 1000;

/** Takes photos of guests that wait, or declines them: then what its owner did not have before lies in the bin. */
export async function decide(gallery: Gallery, what: Marked, accept: boolean): Promise<void> {
  const { ids } = what.kind === "one" ? { ids: [what.item.id] } : gallery.selected();
  if (await decideOn(gallery, ids, accept)) gallery.grid.selection.clear();
}

/** The same for all of them. */
export async function decideAll(gallery: Gallery, accept: boolean): Promise<void> {
  await decideOn(gallery, gallery.ids?.() ?? [], accept);
}

async function decideOn({ held, sync }: Gallery, ids: string[], accept: boolean): Promise<boolean> {
  const token = newToken();
  const renew = (): void => {
    sync.expect();
    refreshLibrary();
  };
  try {
    let count = 0;
    for (let at = 0; at < ids.length; at += BATCH) count += (await held?.decide(ids.slice(at, at + BATCH), accept, token)) ?? 0;
    offerUndo(decidedText(count, accept), async () => {
      toast(waitsText((await held?.undo(token)) ?? 0));
      renew();
    });
    renew();
    return true;
  } catch (error) {
    toast(messageOf(error));
    return false;
  }
}
