import { describe, expect, it } from "vitest";
import { createReport, type Figure, line, median, met } from "./report.ts";

describe("a bench's report", () => {
  it("runs the variants of a contest in turns and compares ours with the best of the others", async () => {
    const order: string[] = [];
    const take = (name: string, seconds: number) => async () => {
      order.push(name);
      return seconds;
    };
    const told: Figure[] = [];
    const report = createReport((figure) => told.push(figure));
    await report.contest({
      what: "PUT",
      amount: 10,
      unit: "MB",
      runs: 2,
      variants: { ours: take("ours", 1), a: take("a", 2), b: take("b", 4) },
      goal: { atLeast: 1 },
    });
    expect(order).toEqual(["ours", "a", "b", "ours", "a", "b"]);
    expect(told.map(({ what, value, unit }) => [what, value, unit])).toEqual([
      ["PUT: ours", 10, "MB/s"],
      ["PUT: a", 5, "MB/s"],
      ["PUT: b", 2.5, "MB/s"],
      ["PUT: ours ÷ the best of the others", 2, "×"],
    ]);
    expect(report.figures).toEqual(told);
  });

  it.each([
    [[3, 1, 2], 2],
    [[4, 1, 2, 3], 2.5],
    [[7], 7],
  ])("takes the median of %j", (numbers, middle) => {
    expect(median(numbers)).toBe(middle);
  });

  it.each([
    [{ atMost: 15 }, 15, true],
    [{ atMost: 15 }, 15.1, false],
    [{ atLeast: 1 }, 0.99, false],
    [undefined, 1, undefined],
  ])("judges the goal %j", (goal, value, expected) => {
    expect(met({ what: "", value, unit: "", ...(goal && { goal }) })).toBe(expected);
  });

  it("prints a goal that was missed as missed", () => {
    expect(line({ what: "geometry", value: 21.234, unit: "ms", goal: { atMost: 15 }, spread: [20, 30], runs: 5 })).toMatch(
      /^geometry +21\.2 ms {2}✗ ≤ 15 {2}20 … 30 in 5 runs$/u,
    );
  });
});
