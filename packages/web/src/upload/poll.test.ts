import { files, settled, world } from "@tintype/test/upload-world";
import { afterEach, expect, it, vi } from "vitest";
import { createEngine } from "./engine.ts";
import { take, turn, waitAfter } from "./poll.ts";

afterEach(() => {
  vi.useRealTimers();
});

it("asks soon after something new, and without it ever later, up to four seconds", () => {
  const waits = [700];
  for (let i = 0; i < 6; i++) waits.push(waitAfter(waits.at(-1)!, false));
  expect(waits.map(Math.round)).toEqual([700, 1_050, 1_575, 2_363, 3_544, 4_000, 4_000]);
  expect(waitAfter(4_000, true)).toBe(700);
});

it("asks everybody in turn, and nobody who has left", () => {
  const set = new Set(["a", "b", "c", "d", "e"]);
  const asked: string[][] = [];
  for (let i = 0; i < 3; i++) {
    const some = take(set, 2);
    asked.push(some);
    for (const each of some) turn(set, each);
  }
  expect(asked).toEqual([
    ["a", "b"],
    ["c", "d"],
    ["e", "a"],
  ]);
  turn(set, "x");
  expect(set.size).toBe(5);
  expect(take(set, 0)).toEqual([]);
  expect(take(set, 9)).toHaveLength(5);
});

it("gives up for good what the server never takes, and lets the rest be tried again", async () => {
  vi.useFakeTimers();
  const { ports, calls } = world();
  const engine = createEngine({
    ...ports,
    api: {
      ...ports.api,
      statuses: async (ids) =>
        (await ports.api.statuses(ids)).map((each, i) => ({ ...each, state: "failed", reason: "No photo.", safe: false, final: i === 0 })),
    },
  });
  engine.add(files(2));
  await settled(engine);
  expect(Array.from(engine.run.queue.in.failed, ({ name, final }) => [name, final])).toEqual([
    ["0.jpg", true],
    ["1.jpg", false],
  ]);
  const before = calls.length;
  engine.retry([...engine.run.queue.in.failed]);
  await settled(engine);
  expect(calls.slice(before)).toEqual(["plan 1"]);
});

it.each([
  ["over_quota", false],
  ["conflict", false],
  ["not_a_photo", true],
])("a plan that is refused as %s is final: %s", async (code, isFinal) => {
  vi.useFakeTimers();
  const { ports } = world();
  const plan = async () => [{ status: "refused" as const, code, detail: "No." }];
  const engine = createEngine({ ...ports, api: { ...ports.api, plan } });
  engine.add(files(1));
  await settled(engine);
  expect(Array.from(engine.run.queue.in.failed, ({ final }) => final)).toEqual([isFinal]);
});

it.each([
  [0, "Your quota is used up."],
  [3, /^This file has \d.*, and 3 B of your quota are left\./u],
])("a file for which there is no room says what is left: %i bytes", async (left, said) => {
  vi.useFakeTimers();
  const { ports } = world();
  const plan = async () => [{ status: "refused" as const, code: "over_quota", detail: "Your quota is used up.", left }];
  const engine = createEngine({ ...ports, api: { ...ports.api, plan } });
  engine.add(files(1));
  await settled(engine);
  expect(Array.from(engine.run.queue.in.failed, ({ reason }) => reason)).toEqual([expect.stringMatching(said)]);
});
