import type { Items } from "./items.ts";
import type { ShiftRange } from "./range.ts";
import type { Scroll } from "./scroll.ts";
import type { Selection } from "./selection.ts";
import type { Shown } from "./shown.ts";
import type { Stage } from "./stage.ts";

/** The ground that all of the grid's parts stand on: its boxes, what lies in them, and where one is. */
export type Ground = {
  box: HTMLElement;
  layer: HTMLElement;
  shown: Shown;
  scroll: Scroll;
  stage: Stage;
  items: Items;
};

/** What keys and pointers work on. */
export type Surface = Omit<Ground, "items"> & {
  selection: Selection;
  /** The range that keys and clicks with Shift select. */
  range: ShiftRange;
  /** Moves the keyboard focus to a slot and shows it. */
  focus: (slot: number) => void;
  open: (slot: number) => void;
};
