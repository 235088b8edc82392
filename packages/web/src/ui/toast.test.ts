import { expect, it } from "vitest";
import { withToast } from "./toast.tsx";

const action = { label: "Undo", run: () => undefined };
const of = (id: number, text: string) => ({ id, text });

it("says the same once, however often it is said, and for as long as the last time", () => {
  const shown = withToast(withToast([], of(1, "Saved.")), of(2, "Link copied."));
  expect(withToast(shown, of(3, "Saved."))).toEqual([of(2, "Link copied."), of(3, "Saved.")]);
});

it("keeps each that can be undone, and three in all", () => {
  const moved = [1, 2, 3].map((id) => ({ ...of(id, "1 photo is in the bin."), action }));
  const shown = moved.reduce(withToast, []);
  expect(shown).toEqual(moved);
  expect(withToast(shown, of(4, "1 photo is in the bin.")).map(({ id }) => id)).toEqual([2, 3, 4]);
});
