import { expect, it } from "vitest";
import { all } from "./pages.ts";

it("reads a list page by page, to its end", async () => {
  const asked: (string | undefined)[] = [];
  const found = await all(async (after) => {
    asked.push(after);
    const from = Number(after ?? 0);
    return { found: [from, from + 1], next: from < 4 ? String(from + 2) : null };
  });
  expect([found, asked]).toEqual([
    [0, 1, 2, 3, 4, 5],
    [undefined, "2", "4"],
  ]);
});
