import type { Log } from "@tintype/core/kernel";
import { type Line, recorder } from "@tintype/test/api";
import { silent } from "@tintype/test/person";
import { describe, expect, it } from "vitest";
import { type Message, takeBatch, type TakeOptions, type Work } from "./batch.ts";

const NOW = new Date("2026-11-30T12:00:00Z");
const HOUR_MS = 3_600_000;
/** It was asked ever more seldom for long. */
const putOff = JSON.stringify({ since: NOW.getTime() - 3 * HOUR_MS, times: 20 });

/** What tells of three files for the second time. */
const several: readonly Message[] = ["a.jpg", "b.jpg", "c.jpg"].map((name) => {
  const s3 = { bucket: { name: "photos" }, object: { key: `library/anna/2026/11/${name}` } };
  return { id: name, receives: 2, body: JSON.stringify({ Records: [{ eventName: "ObjectCreated:Put", s3 }] }) };
});

function run(messages: readonly Message[], msLeft: () => number, work: Work = async () => undefined, log: Log = silent) {
  const again: string[] = [];
  const delays: number[] = [];
  const send: TakeOptions["again"] = async ({ body, delayMs }) => {
    again.push(body);
    delays.push(delayMs);
  };
  const failed = takeBatch(log, messages, { bucket: "photos", now: () => NOW, msLeft, again: send, work });
  return { failed, again, delays };
}

const SHORT_MS = 30_000;

describe("of several that come again none is gone about twice", () => {
  it("where time is short: each is sent anew once", async () => {
    const { failed, again } = run(several, () => SHORT_MS);
    expect(await failed).toEqual([]);
    expect(again.toSorted()).toEqual(several.map(({ body }) => body));
  });

  it("where all of them were put off for hours: the function fails, so that somebody is told", async () => {
    const { failed, again } = run(
      several.map((message) => ({ ...message, putOff })),
      () => SHORT_MS,
    );
    await expect(failed).rejects.toThrow("Nothing can be done");
    expect(again).toEqual([]);
  });

  it("where one is done before time is short: that one does not come again", async () => {
    let left = 1_000_000;
    const work: Work = async (_, how) => {
      if (how === "alone") left = SHORT_MS;
    };
    const { failed } = run(
      several.map((message, i) => (i === 0 ? message : { ...message, putOff })),
      () => left,
      work,
    );
    expect((await failed).toSorted()).toEqual(["b.jpg", "c.jpg"]);
  });

  it("the one that is behind others first notes that it waits, and then is tried by itself", async () => {
    const done: string[] = [];
    const work: Work = async ({ key }, how) => void done.push(`${key.slice(-5)} ${how}`);
    await run(several, () => 1_000_000, work).failed;
    expect(done).toEqual(["b.jpg waits", "c.jpg waits", "a.jpg alone", "b.jpg alone", "c.jpg alone"]);
  });
});

it.each([
  [[1, 1, 1], "side by side"],
  [[2, 2, 2], "one after the other"],
])("each that fails is to be delivered again, and is told in the log: delivered %j times, %s", async (counts) => {
  const lines: Line[] = [];
  const fails: Work = async ({ key }, how) => {
    if (how !== "waits" && !key.endsWith("b.jpg")) throw new Error(`a bug at ${key}`);
  };
  const messages = several.map((message, i) => ({ ...message, receives: counts[i] ?? 0 }));
  expect((await run(messages, () => 1_000_000, fails, recorder(lines)).failed).toSorted()).toEqual(["a.jpg", "c.jpg"]);
  const told = lines.map(({ event, error }) => `${event}: ${String(error)}`);
  expect(told.toSorted()).toEqual(["a.jpg", "c.jpg"].map((name) => `message failed: Error: a bug at library/anna/2026/11/${name}`));
});

it("the one that came most seldom has its turn first, before one that may end the process", async () => {
  const done: string[] = [];
  const work: Work = async ({ key }, how) => void done.push(`${key.slice(-5)} ${how}`);
  await run(
    several.map((message, i) => ({ ...message, receives: [5, 2, 3][i] ?? 0 })),
    () => 1_000_000,
    work,
  ).failed;
  expect(done).toEqual(["b.jpg alone", "c.jpg blind", "a.jpg given up"]);
});

it.each([
  [[0, 5000, 2000], 5000],
  [[5000, 0, 0], 5000],
  [[1000, 2000, 5000], 5000],
])("of what tells of several files it is told again when the last is at rest: %j", async (waits, delayMs) => {
  const Records = several.flatMap(({ body }) => (JSON.parse(body) as { Records: unknown[] }).Records);
  const all = { id: "all", receives: 1, body: JSON.stringify({ Records }) };
  const left = [...waits];
  const { failed, delays } = run(
    [all],
    () => 1_000_000,
    async () => left.shift(),
  );
  expect([await failed, delays, left]).toEqual([[], [delayMs], []]);
});
