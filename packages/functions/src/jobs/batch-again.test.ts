import { silent } from "@tintype/test/person";
import { describe, expect, it } from "vitest";
import { type Message, takeBatch, type Work } from "./batch.ts";

const NOW = new Date("2026-11-30T12:00:00Z");
const HOUR_MS = 3_600_000;
/** It was asked ever more seldom for long. */
const putOff = JSON.stringify({ since: NOW.getTime() - 3 * HOUR_MS, times: 20 });

/** What tells of three files for the second time. */
const several: readonly Message[] = ["a.jpg", "b.jpg", "c.jpg"].map((name) => {
  const s3 = { bucket: { name: "photos" }, object: { key: `library/anna/2026/11/${name}` } };
  return { id: name, receives: 2, body: JSON.stringify({ Records: [{ eventName: "ObjectCreated:Put", s3 }] }) };
});

function run(messages: readonly Message[], msLeft: () => number, work: Work = async () => undefined) {
  const again: string[] = [];
  const send = async ({ body }: { body: string }): Promise<void> => void again.push(body);
  const failed = takeBatch(silent, messages, { bucket: "photos", now: () => NOW, msLeft, again: send, work });
  return { failed, again };
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
