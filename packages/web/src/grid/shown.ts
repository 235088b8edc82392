import type { Layout } from "./layout.ts";
import type { Pending } from "./pending.ts";

/** What the grid shows now. Its parts share this one object; only the grid itself replaces what is in it. */
export type Shown = {
  /** Undefined until the first library has been laid out. */
  layout: Layout | undefined;
  /** The tiles that a slot's negative source numbers. */
  pending: readonly Pending[];
  /** The slot that has, or last had, the keyboard focus. */
  active: number | undefined;
};
