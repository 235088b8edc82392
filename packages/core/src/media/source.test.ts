import { AppError } from "#kernel";
import type { ObjectStore } from "#storage";
import { expect, it } from "vitest";
import { sourceOf } from "./source.ts";

const BYTES = Uint8Array.from({ length: 100 }, (_, i) => i);
const HEAD = { key: "k", size: BYTES.length, etag: "e" };

/** A store that has these bytes under that etag, in pieces of 7, and notes what it was asked for. */
function storeOf(bytes = BYTES) {
  const asked: unknown[] = [];
  const get: ObjectStore["get"] = async (_, range = {}) => {
    asked.push(range);
    if (range.etag !== "e") throw new AppError("stale", "overwritten");
    const wanted = bytes.subarray(range.start, (range.end ?? Infinity) + 1);
    return new ReadableStream({
      start(controller) {
        for (let at = 0; at < wanted.length; at += 7) controller.enqueue(wanted.slice(at, at + 7));
        controller.close();
      },
    });
  };
  // Guarantee: nothing but `get` is asked for.
  return { ctx: { store: { get } as ObjectStore }, asked };
}

it("reads what lies between two places, no further than the end, and asks only for the version that it was given", async () => {
  const { ctx, asked } = storeOf();
  const source = sourceOf(ctx, HEAD);
  expect(source.size).toBe(100);
  expect(await source.read(10, 30)).toEqual(BYTES.subarray(10, 30));
  expect(await source.read(90, 200)).toEqual(BYTES.subarray(90));
  expect(await source.read(100, 120)).toEqual(new Uint8Array());
  expect(asked).toEqual([
    { start: 10, end: 29, etag: "e" },
    { start: 90, end: 99, etag: "e" },
  ]);
  await expect(sourceOf(ctx, { ...HEAD, etag: "other" }).read(0, 1)).rejects.toMatchObject({ code: "stale" });
});

it("does not ask for what is known of the start or of the end, and asks for all of what is known in part", async () => {
  const { ctx, asked } = storeOf();
  const source = sourceOf(ctx, HEAD, [
    { at: 0, bytes: BYTES.slice(0, 40) },
    { at: 80, bytes: BYTES.slice(80) },
  ]);
  expect(await source.read(5, 40)).toEqual(BYTES.subarray(5, 40));
  expect(await source.read(80, 90)).toEqual(BYTES.subarray(80, 90));
  expect(await source.read(99, 200)).toEqual(BYTES.subarray(99));
  expect(asked).toEqual([]);
  expect(await source.read(30, 50)).toEqual(BYTES.subarray(30, 50));
  expect(asked).toEqual([{ start: 30, end: 49, etag: "e" }]);
});

it("takes no less than it asked for", async () => {
  const { ctx } = storeOf(BYTES.slice(0, 50));
  await expect(sourceOf(ctx, HEAD).read(40, 60)).rejects.toMatchObject({ code: "storage_unavailable" });
});
