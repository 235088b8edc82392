import { expect, it } from "vitest";
import { keepAll, keptText } from "./kept.ts";

it.each<[number, number, number, string]>([
  [3, 0, 0, "3 items saved to your library"],
  [1, 0, 0, "1 item saved to your library"],
  [3, 2, 1, "3 items saved to your library. 2 were in it already. 1 was not there any more."],
  [0, 1, 0, "This is in your library already."],
  [0, 2, 1, "These are in your library already."],
  [0, 0, 2, "Nothing was saved: it is not there any more."],
])("of %i saved, %i there before and %i gone is said: %s", (saved, have, missing, text) => {
  const ids = (count: number) => Array.from({ length: count }, String);
  expect(keptText({ saved: ids(saved), have: ids(have), missing: ids(missing) })).toBe(text);
});

it("photos are saved two hundred and fifty at a time", async () => {
  const ids = Array.from({ length: 251 }, String);
  const asked: number[] = [];
  const kept = await keepAll(ids, async (some) => {
    asked.push(some.length);
    return { saved: some, have: [], missing: [] };
  });
  expect([asked, kept.saved]).toEqual([[250, 1], ids]);
});
