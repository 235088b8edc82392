import type { Layout } from "./layout.ts";
import type { Scroll } from "./scroll.ts";
import type { Selection } from "./selection.ts";
import type { Stage } from "./stage.ts";

/** What keys and pointers work on. */
export type Surface = {
  box: HTMLElement;
  layer: HTMLElement;
  stage: Stage;
  selection: Selection;
  scroll: Scroll;
  layout: () => Layout | undefined;
  /** The slot that has, or last had, the keyboard focus. */
  active: () => number | undefined;
  /** Moves the keyboard focus to a slot and shows it. */
  focus: (slot: number) => void;
  /** Remembers where the focus came to by other means. */
  focused: (slot: number) => void;
  open: (slot: number) => void;
};
