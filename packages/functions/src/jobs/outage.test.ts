import { expect, it } from "vitest";
import { longest, nextTry, outlivedBy } from "./outage.ts";

const MINUTE_MS = 60_000;
const at = (minutes: number) => new Date(minutes * MINUTE_MS);

/** When something is asked again that is away from the start, in minutes, and when it counts as failed. */
function tries(): { asked: number[]; failed: number } {
  const asked: number[] = [];
  let now = 0;
  let putOff: string | undefined;
  for (;;) {
    const next = nextTry(putOff, at(now));
    if (!next) return { asked, failed: now };
    now += next.delayMs / MINUTE_MS;
    asked.push(now);
    putOff = next.putOff;
  }
}

it("asks each minute for ten minutes, then after longer and longer pauses, and after two hours no more", () => {
  const { asked, failed } = tries();
  expect(asked.slice(0, 11)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  const pauses = asked.map((minute, n) => minute - (asked[n - 1] ?? 0));
  expect(pauses).toEqual(pauses.toSorted((a, b) => a - b));
  expect(asked.length).toBeLessThan(40);
  expect([failed >= 120, failed < 135]).toEqual([true, true]);
});

it("holds no message back for longer than SQS does", () => {
  expect(nextTry(JSON.stringify({ since: 0, times: 3 }), at(6000))?.delayMs).toBe(15 * MINUTE_MS);
});

it("does not take it for lasting where a long queue alone had a message wait", () => {
  const old = { since: 0, times: 9 };
  expect(nextTry(JSON.stringify(old), at(600))).toMatchObject({ putOff: JSON.stringify({ since: 0, times: 10 }) });
  expect(nextTry(JSON.stringify({ ...old, times: 10 }), at(600))).toBeUndefined();
});

it("begins anew with what a message tells that nobody of us wrote", () => {
  for (const told of [undefined, "", "no JSON", "{}", '{"since":"long","times":1}']) {
    expect(nextTry(told, at(5))).toEqual({ delayMs: MINUTE_MS, putOff: JSON.stringify({ since: at(5).getTime(), times: 1 }) });
  }
});

it("tells on, each time, of a trial that its process outlived, until another is told of", () => {
  const first = nextTry(undefined, at(1), at(0));
  const second = nextTry(first?.putOff, at(2));
  expect([outlivedBy(first?.putOff), outlivedBy(second?.putOff)]).toEqual([at(0), at(0)]);
  expect(outlivedBy(nextTry(second?.putOff, at(4), at(3))?.putOff)).toEqual(at(3));
  expect([undefined, "no JSON", nextTry(undefined, at(1))?.putOff].map(outlivedBy)).toEqual([undefined, undefined, undefined]);
});

it("goes on, of several messages, with the one that waits for longest", () => {
  const [young, old] = [5, 3].map((since) => JSON.stringify({ since, times: 1 }));
  expect(longest([undefined, young, "no JSON", old])).toBe(old);
  expect(longest([undefined])).toBeUndefined();
});
