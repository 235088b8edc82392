import { mdiClose } from "@mdi/js";
import { createChunk, loadAhead } from "../../lib/chunk.ts";
import { follow, pickFile, removeEmpty } from "../../lib/follow.ts";
import { counted, formatBytes, formatCount } from "../../lib/format.ts";
import { messageOf } from "../../lib/http.ts";
import { iconButton, tag } from "./dom.ts";
import type { Link } from "./link.ts";
import { toast } from "./toast.ts";
import type { Opened } from "./types.ts";
import { lostText, missingName, pendingText } from "./words.ts";

/** Names take longer to read. */
const LONG_MS = 30_000;
/** A browser that cannot write to a file as it comes holds a zip in memory: then what is more comes in several. */
const PART_BYTES = 1_000_000_000;

const supply = createChunk(() => import("./supply.ts"));
const zip = createChunk(() => import("../selection/zip.ts"));

type SaverParts = {
  link: Link;
  opened: Opened;
  /** Where a photo is on the page, from 1. */
  placeOf: (id: string) => number;
  onEnd: () => void;
};

/** Saves photos: one as it is, several as a zip that is put together here, straight from the store. One download at a time. */
export function createSaver({ link, opened, placeOf, onEnd }: SaverParts) {
  let stop: AbortController | undefined;
  if (opened.may.download) loadAhead(supply, zip);

  async function save(ids: readonly string[]): Promise<void> {
    if (stop) return toast("A download is under way already.");
    stop = new AbortController();
    const { signal } = stop;
    const status = createStatus(`Preparing ${counted(ids.length, "file")}`, () => stop?.abort());
    let target: FileSystemFileHandle | undefined;
    let stopWaits = (): void => undefined;
    try {
      const isOne = ids.length === 1;
      // The picker needs the click that is happening now, so it comes before anything is asked of the server.
      if (!isOne) target = await pickFile(`${nameOf(opened)}.zip`);
      stopWaits = await sayWaits(status);
      if (isOne) await saveOne(ids, status.tell, signal);
      else await saveMany(ids, target, status.tell, signal);
    } catch (error) {
      const cancelled = error instanceof DOMException && error.name === "AbortError";
      if (!cancelled) toast(messageOf(error));
    } finally {
      if (target) await removeEmpty(target);
      stopWaits();
      status.close();
      stop = undefined;
      onEnd();
    }
  }

  async function saveOne(ids: readonly string[], tell: Status["tell"], signal: AbortSignal): Promise<void> {
    const { createSupply } = await supply.load();
    const onPending = (count: number): void => tell(pendingText(count, ""));
    const file = await createSupply({ link, ids, neutral: false, signal, onPending }).next();
    if (file) follow(file.url);
    else toast(lostText([""], 1));
  }

  async function saveMany(
    ids: readonly string[],
    target: FileSystemFileHandle | undefined,
    tell: Status["tell"],
    signal: AbortSignal,
  ): Promise<void> {
    const [{ zipStream }, { createSupply }] = await Promise.all([zip.load(), supply.load()]);
    let come = "";
    const onPending = (count: number): void => tell(pendingText(count, come));
    const source = createSupply({ link, ids, neutral: opened.hidesMetadata, signal, onPending });
    let before = 0;
    let parts = 0;
    for (; await source.more(); parts++) {
      if (!target && (await source.isLarge(PART_BYTES))) {
        follow((await source.next())?.url ?? "");
        continue;
      }
      let now = 0;
      const onBytes = (done: number): void => {
        now = done;
        come = `${formatCount(source.done())} of ${formatCount(ids.length - source.missing().length)} · ${formatBytes(before + now)}`;
        tell(come);
      };
      const name = `${nameOf(opened)}${parts === 0 ? "" : ` (${parts + 1})`}.zip`;
      await zipStream(source.part(target ? Infinity : PART_BYTES), target, { name, onBytes, signal });
      before += now;
    }
    const lost = source.missing().map((each) => missingName(each, placeOf(each.id), opened.hidesMetadata));
    if (lost.length > 0) toast(lostText(lost, ids.length), LONG_MS);
    else if (parts > 1) toast(`This browser cannot write one large file, so the photos came in ${parts} zips.`);
  }

  return { save };
}

/** What a zip is called: file systems take no slashes, and `fileName` is not worth its weight here. */
function nameOf({ title }: Opened): string {
  const clean = title.replaceAll(/[^\p{L}\p{N} ,._-]/gu, "").trim();
  return clean === "" || clean.startsWith(".") ? "Photos" : clean.slice(0, 80).trimEnd();
}

/** Says it as long as a download waits for somebody who is away; returns the way to stop. */
async function sayWaits({ progress, tellWait }: Status): Promise<() => void> {
  const { followWaits } = await supply.load();
  return followWaits(progress, tellWait);
}

type Status = { progress: () => string; tell: (text: string) => void; tellWait: (text: string) => void; close: () => void };

function createStatus(first: string, onStop: () => void): Status {
  const title = tag("span", "", "Downloading");
  const text = tag("span", "", first);
  const wait = tag("span", "");
  wait.setAttribute("role", "status");
  const node = tag("div", "saving", title, text, wait, iconButton(mdiClose, "Cancel the download", onStop));
  node.setAttribute("role", "group");
  node.setAttribute("aria-label", "Download");
  document.body.append(node);
  return {
    tell: (said) => {
      if (text.textContent !== said) text.textContent = said;
    },
    progress: () => text.textContent,
    tellWait: (said) => {
      title.hidden = said !== "";
      text.hidden = said !== "";
      wait.textContent = said;
    },
    close: () => node.remove(),
  };
}
