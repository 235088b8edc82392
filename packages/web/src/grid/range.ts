import type { Selection } from "./selection.ts";

/** Which photo a slot is, and where a photo is. */
type Photos = { idAt: (slot: number) => string | undefined; find: (id: string) => number | undefined };

export type ShiftRange = ReturnType<typeof createRange>;

/**
 * A range selected with Shift, from where it began to where the last click or key led. When slots have become other photos' it begins anew,
 * at the photo where it began before: what it has selected so far stays.
 */
export function createRange(selection: Selection, { idAt, find }: Photos) {
  let pivot: number | undefined;
  let id: string | undefined;
  let head: number | undefined;
  let undo: (() => void) | undefined;
  let era = selection.era();

  /** The next Shift starts a new range, from a slot where one is given. */
  function begin(slot?: number): void {
    pivot = slot;
    id = slot === undefined ? undefined : idAt(slot);
    head = slot;
    undo = undefined;
    era = selection.era();
  }

  return {
    begin,
    /** Selects up to a slot. A key also tells which slot it leads `from`: a range that has not come to there is over. */
    extend(to: number, from?: number): void {
      if (era !== selection.era()) begin(id === undefined ? undefined : find(id));
      if (pivot === undefined || (from !== undefined && from !== head)) begin(from ?? to);
      const start = pivot ?? to;
      undo ??= selection.save();
      undo();
      selection.add([[Math.min(start, to), Math.max(start, to) + 1]]);
      head = to;
    },
  };
}
