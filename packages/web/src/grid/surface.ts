import type { ShiftRange } from "./range.ts";
import type { Scroll } from "./scroll.ts";
import type { Selection } from "./selection.ts";
import type { Shown } from "./shown.ts";
import type { Stage } from "./stage.ts";

/** What keys and pointers work on. */
export type Surface = {
  box: HTMLElement;
  layer: HTMLElement;
  stage: Stage;
  selection: Selection;
  /** The range that keys and clicks with Shift select. */
  range: ShiftRange;
  scroll: Scroll;
  shown: Shown;
  /** Moves the keyboard focus to a slot and shows it. */
  focus: (slot: number) => void;
  open: (slot: number) => void;
};
