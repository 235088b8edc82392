import { createChunk } from "../../lib/chunk.ts";
import { memory } from "../../lib/memory.ts";
import { createStore } from "../../lib/store.ts";
import type { Uploader } from "../../upload/start.ts";
import { isMadeGood, isTakenBack, takeLeftover } from "../../upload/leftover.ts";
import type { Into } from "../../upload/task.ts";
import type { PendingTile } from "../../upload/tiles.ts";
import type { View } from "../../upload/view.ts";
import { refreshLibrary, session } from "../account/session.ts";

/** What the tray shows; undefined while there is nothing to show. */
export const upload = createStore<View | undefined>(undefined);

/** The files on their way, as the timeline shows them; the same array until something about them changes. */
export const pending = createStore<readonly PendingTile[]>([]);

/** True from the first file that the timeline shows on its way until nothing has come of the upload, or what came is no news any more. */
export const begun = createStore(false);

/** How many files the page before this one had not sent when it was closed; 0 once they are sent, or the message is put away. */
export const unsent = createStore(takeLeftover(memory, Date.now()));
addEventListener("storage", (event) => isTakenBack(event) && unsent.set(0));

/** The uploader is a chunk of its own, here at the latest with the first file. */
export const uploaderChunk = createChunk(async () => (await import("../../upload/start.ts")).startUploader);
let started: Uploader | undefined;
let safe = 0;

async function uploader(): Promise<Uploader> {
  // Not kept before it is here: an import that failed is tried again with the next files.
  const start = await uploaderChunk.load();
  started ??= start(show);
  return started;
}

function show(view: View, tiles: readonly PendingTile[]): void {
  upload.set(view.total + view.skipped.count + view.unreadable + view.unread.length > 0 ? view : undefined);
  pending.set(tiles);
  begun.set(tiles.some(({ state }) => state !== "failed") || (begun.get() && (view.running || view.safe > 0)));
  if (isMadeGood(unsent.get(), view)) unsent.set(0);
  if (view.safe !== safe) refreshLibrary();
  safe = view.safe;
}

/** The album whose page is open, where one may add to it: what is dropped or chosen goes into it. */
export const into = createStore<{ id: string; title: string } | undefined>(undefined);

/** A folder that was dropped or chosen last, which might become an album. */
export const offered = createStore<{ name: string; into: Into } | undefined>(undefined);

/** Takes what was dropped. Must be given the entries while the drop event runs. */
export async function addEntries(entries: readonly FileSystemEntry[]): Promise<void> {
  const album = into.get();
  const where: Into = { albumId: album?.id, title: album?.title, done: [] };
  const [only] = entries;
  const isFolder = entries.length === 1 && only?.isDirectory === true;
  if (!album && isFolder) offered.set({ name: only.name, into: where });
  await (await uploader()).addEntries(entries, album || isFolder ? where : undefined);
}

/** Takes what was chosen in a file dialog: files, or all of a folder, whose name each path then begins with. */
export async function addList(files: FileList): Promise<void> {
  const album = into.get();
  const where: Into = { albumId: album?.id, title: album?.title, done: [] };
  const folder = files[0]?.webkitRelativePath.split("/")[0] ?? "";
  if (!album && folder !== "") offered.set({ name: folder, into: where });
  await (await uploader()).addList(files, album || folder !== "" ? where : undefined);
}

/** Does something with the uploader, if there is one. */
export async function control(action: (uploader: Uploader) => void): Promise<void> {
  if (started) action(started);
}

/** Closes the tray when everything is over. */
export function dismiss(): void {
  void control((each) => each.clear());
  upload.set(undefined);
  offered.set(undefined);
}

/** A queue belongs to who filled it: it waits while they are signed out, and the page is left without it when somebody else signs in. */
session.subscribe(() => {
  const { status } = session.get();
  if (status === "out") void control((each) => each.hold("signed-out"));
  if (status === "in") void control((each) => each.release("signed-out"));
  if (status !== "in") offered.set(undefined);
  if (status === "another") void control((each) => each.abandon());
});
