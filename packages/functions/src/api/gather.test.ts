import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import { gatherer } from "./gather.ts";

/** Writes that last until the test ends them. */
function slowWrites() {
  const batches: { items: readonly number[]; end: (error?: Error) => void }[] = [];
  const write = (items: readonly number[]) =>
    new Promise<void>((resolve, reject) => {
      batches.push({ items, end: (error) => (error ? reject(error) : resolve()) });
    });
  /** Until so many writes have begun. On a busy machine a timer of 5 ms can go off before one of 2 ms: no time is waited for. */
  const begun = (count: number) => vi.waitUntil(() => batches.length >= count, { interval: 1 });
  return { batches, write, begun };
}

/** What is settled of these, without waiting for the others. */
async function settled(promises: readonly Promise<void>[]): Promise<string[]> {
  const open = sleep(5).then(() => "open");
  return Promise.all(
    promises.map((promise) =>
      Promise.race([
        promise.then(
          () => "done",
          (error: unknown) => (error instanceof Error ? error.message : "no error"),
        ),
        open,
      ]),
    ),
  );
}

describe("what several bring at once", () => {
  it("is written in one go, and all are answered when it is written", async () => {
    const { batches, write, begun } = slowWrites();
    const gather = gatherer(write);
    const callers = [gather([1]), gather([2, 3]), gather([4])];
    expect(await settled(callers)).toEqual(["open", "open", "open"]);
    await begun(1);
    expect(batches.map(({ items }) => items)).toEqual([[1, 2, 3, 4]]);
    batches[0]?.end();
    expect(await settled(callers)).toEqual(["done", "done", "done"]);
  });

  it("waits for the write under way, and goes in the next", async () => {
    const { batches, write, begun } = slowWrites();
    const gather = gatherer(write);
    const first = gather([1]);
    await begun(1);
    const later = [gather([2]), gather([3])];
    await sleep(10);
    expect(batches).toHaveLength(1);
    batches[0]?.end();
    await first;
    await begun(2);
    expect(batches.map(({ items }) => items)).toEqual([[1], [2, 3]]);
    batches[1]?.end();
    expect(await settled(later)).toEqual(["done", "done"]);
  });

  it("fails together, and the next batch does not", async () => {
    const { batches, write, begun } = slowWrites();
    const gather = gatherer(write);
    const failing = [gather([1]), gather([2])];
    await begun(1);
    const next = gather([3]);
    batches[0]?.end(new Error("away"));
    expect(await settled(failing)).toEqual(["away", "away"]);
    await begun(2);
    batches[1]?.end();
    expect(await settled([next])).toEqual(["done"]);
  });

  it("is split where it is more than one write takes, never within what one brought", async () => {
    const written: (readonly number[])[] = [];
    const gather = gatherer(
      async (items: readonly number[]) => {
        written.push(items);
      },
      { batch: 3 },
    );
    await Promise.all([gather([1, 2]), gather([3, 4]), gather([5, 6, 7, 8]), gather([9])]);
    expect(written).toEqual([[1, 2], [3, 4], [5, 6, 7, 8], [9]]);
  });

  it("is refused when too much waits, and taken again when it is written", async () => {
    const { batches, write, begun } = slowWrites();
    const gather = gatherer(write, { waiting: 3 });
    const taken = [gather([1, 2]), gather([3])];
    await expect(gather([4])).rejects.toMatchObject({ code: "database_unavailable" });
    await begun(1);
    batches[0]?.end();
    expect(await settled(taken)).toEqual(["done", "done"]);
    const again = gather([4]);
    await begun(2);
    batches[1]?.end();
    expect(await settled([again])).toEqual(["done"]);
  });
});
