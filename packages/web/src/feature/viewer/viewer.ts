import { nameOf } from "../../grid/tile.ts";
import { messageOf } from "../../lib/http.ts";
import { createStore, type Readable, type Store } from "../../lib/store.ts";
import type { Grid } from "../../grid/grid.ts";
import { createDeck } from "./deck.ts";
import type { Details, Pictured } from "./detail.ts";
import { entryOf, slotBeside, type Entry, type Places } from "./sequence.ts";

/** What the frame around the picture shows. */
type ViewerState = {
  entry: Entry | undefined;
  name: string;
  /** Whether there is a photo on either side. */
  newer: boolean;
  older: boolean;
  /** Why no photo is there. */
  missing: { title: string; text: string } | undefined;
};

const NOTHING: ViewerState = { entry: undefined, name: "", newer: false, older: false, missing: undefined };

/** A grid of photos below the viewer, whose status changes with what is in it. */
type Gallery = Omit<Places, "grid"> & {
  grid: Places["grid"] & Pick<Grid, "rectOf" | "reveal" | "focus">;
  status: Pick<Readable<unknown>, "subscribe">;
};

export type ViewerParts = {
  dialog: HTMLDialogElement;
  stage: HTMLElement;
  timeline: Gallery;
  details: Details<Pictured>;
  /** Whether a photo that the grid does not have will be there, sooner or later. */
  isComing: (id: string) => Promise<boolean>;
  /** Another photo is looked at: the address follows. */
  onMove: (id: string) => void;
  /** The viewer has left the screen. */
  onLeave: () => void;
};

export type Viewer = {
  state: Store<ViewerState>;
  /** Looks at the photo with this id. */
  show: (id: string) => void;
  go: (step: 1 | -1) => void;
  zoom: (factor?: number) => void;
  /** Shrinks the picture into its tile and leaves. */
  leave: () => void;
  /** Takes everything down; the focus goes to the tile of the photo last looked at. */
  close: () => void;
};

/** Controls fade after this long without a movement. */
const IDLE_MS = 2_500;
/** Pause before a photo that is not in the timeline yet is asked for again; it doubles. */
const ASK_MS = { first: 1_000, most: 30_000 };
const NOT_SHOWN = "This photo cannot be shown";
const GONE = { title: NOT_SHOWN, text: "It is not here, or not any more." };
const COMING = { title: "Almost there", text: "This photo is safe, and on its way into your timeline." };

/** Opens the viewer in a dialog element. Everything that moves is here; the view around only draws controls. */
export function openViewer({ dialog, stage, timeline, details, isComing, onMove, onLeave }: ViewerParts): Viewer {
  const { grid } = timeline;
  const state = createStore(NOTHING);
  const stop = new AbortController();
  const { signal } = stop;
  let leaving = false;
  let idle = 0;
  let asking = 0;
  /** The photo that the address names: an answer about another comes too late. */
  let wanted = "";

  dialog.showModal();
  const deck = createDeck(stage, timeline, details, {
    onMove: (entry) => {
      tell(entry);
      onMove(entry.item.id);
    },
    onClose: () => void leave(),
    onTap: (type) => {
      if (type === "mouse") return;
      if ("idle" in dialog.dataset) wake();
      else rest();
    },
  });

  function tell(entry: Entry): void {
    const newer = slotBeside(timeline, entry.item.id, -1) !== undefined;
    const older = slotBeside(timeline, entry.item.id, 1) !== undefined;
    state.set({ entry, name: nameOf(entry.item, entry.day), newer, older, missing: undefined });
  }

  async function find(id: string, pause = ASK_MS.first): Promise<void> {
    clearTimeout(asking);
    wanted = id;
    if (deck.current()?.entry.item.id === id) return;
    const first = deck.current() === undefined;
    try {
      const entry = await entryOf(timeline, id, signal);
      if (signal.aborted || wanted !== id) return;
      if (!entry) return await wait(id, pause);
      tell(entry);
      deck.show(entry);
      const slot = slotLookedAt();
      const tile = slot === undefined ? undefined : grid.rectOf(slot);
      if (first && tile) deck.openFrom(tile);
      if (slot !== undefined && !tile) grid.reveal(slot);
    } catch (error) {
      if (!signal.aborted && wanted === id) state.set({ ...NOTHING, missing: { title: NOT_SHOWN, text: messageOf(error) } });
    }
  }

  /** A photo that was safe a moment ago has its place in the timeline a little later: it is asked for again until it is there. */
  async function wait(id: string, pause: number): Promise<void> {
    const comes = await isComing(id);
    if (signal.aborted || wanted !== id) return;
    state.set({ ...NOTHING, missing: comes ? COMING : GONE });
    if (comes) asking = window.setTimeout(() => void find(id, Math.min(pause * 2, ASK_MS.most)), pause);
  }

  function slotLookedAt(): number | undefined {
    const entry = deck.current()?.entry;
    return entry && grid.find(entry.item.id);
  }

  async function leave(): Promise<void> {
    if (leaving) return;
    leaving = true;
    const slot = slotLookedAt();
    if (slot !== undefined) grid.reveal(slot);
    dialog.dataset["closing"] = "";
    await deck.closeTo(slot === undefined ? undefined : grid.rectOf(slot));
    // The browser's own Back can be faster: then it has left already.
    if (!signal.aborted) onLeave();
  }

  function rest(): void {
    if (!dialog.querySelector(":focus-visible")) dialog.dataset["idle"] = "";
  }

  function wake(): void {
    delete dialog.dataset["idle"];
    clearTimeout(idle);
    idle = setTimeout(rest, IDLE_MS);
  }

  /** The library around may have changed: the photo stays, its place and what is beside it are looked up again. */
  async function renew(): Promise<void> {
    const looked = deck.current();
    const entry = looked && (await entryOf(timeline, looked.entry.item.id, signal));
    if (!entry || deck.current() !== looked) return;
    tell(entry);
    deck.renew();
  }

  // What cannot be asked now is asked again with the next change.
  const stopStatus = timeline.status.subscribe(() => void renew().catch(() => undefined));

  for (const type of ["pointermove", "keydown", "focusin"] as const) {
    dialog.addEventListener(type, (event) => (event instanceof PointerEvent && event.pointerType === "touch" ? undefined : wake()), {
      signal,
    });
  }
  dialog.addEventListener(
    "cancel",
    (event) => {
      if (event.target !== dialog) return;
      event.preventDefault();
      void leave();
    },
    { signal },
  );
  dialog.addEventListener("close", (event) => event.target === dialog && !dialog.open && void leave(), { signal });
  wake();

  return {
    state,
    show: (id) => void find(id),
    go: (step) => deck.go(step),
    zoom: (factor) => deck.zoom(factor),
    leave: () => void leave(),
    close(): void {
      const slot = slotLookedAt();
      stop.abort();
      stopStatus();
      clearTimeout(idle);
      clearTimeout(asking);
      deck.close();
      dialog.close();
      if (slot !== undefined) grid.focus(slot);
    },
  };
}
