import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Problem } from "../../lib/http.ts";
import type { Photos } from "../gallery/photos.ts";
import { save } from "./save.ts";

const FILES = ["1", "2"].map((id) => ({ id, name: `${id}.jpg`, size: 5, localAt: "2026-11-22T10:05:08", url: `at ${id}` }));
const WORDS = "The photos cannot be reached: the download carries on by itself once they are.";

let backAt: number;
let told: string[];
let stop: AbortController;
const isAway = () => Date.now() < backAt;

beforeEach(() => {
  vi.useFakeTimers();
  [backAt, told, stop] = [0, [], new AbortController()];
  vi.stubGlobal("navigator", { onLine: true });
  for (const name of ["addEventListener", "removeEventListener"]) vi.stubGlobal(name, () => undefined);
  vi.stubGlobal("fetch", async () => {
    if (isAway()) throw new TypeError("Failed to fetch");
    return new Response("bytes");
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** What is selected, on a server that can be away. */
function saved(ids: readonly string[], missing: Awaited<ReturnType<Photos["downloads"]>>["missing"] = []) {
  const photos: Photos = {
    detail: () => Promise.reject(new Error("not asked for")),
    originalHref: () => "",
    checkOriginal: () => Promise.resolve(),
    downloads: async (wanted: readonly string[]) => {
      if (isAway()) throw new Problem(0, "unreachable", "away");
      return { files: FILES.filter(({ id }) => wanted.includes(id)), missing };
    },
  };
  const kept: Uint8Array[] = [];
  const sink = new WritableStream<Uint8Array>({ write: (piece) => void kept.push(piece) });
  const target = { createWritable: async () => sink } as unknown as FileSystemFileHandle;
  const tell = (progress: string, wait: string): void => void told.push(progress + wait);
  const idsOf = async () => (isAway() ? Promise.reject(new Problem(0, "unreachable", "away")) : [...ids]);
  const saving = save(idsOf, { photos, sizes: new Map(), target, tell, signal: stop.signal });
  saving.catch(() => undefined);
  return { saving, bytes: () => kept.reduce((sum, { length }) => sum + length, 0) };
}

it("tells how far it is, and afterwards of what was not to be had", async () => {
  const { saving } = saved(["1", "2", "3"], [{ id: "3", name: "c.jpg" }]);
  expect(await saving).toBe("Left out, because your storage no longer has this original: c.jpg.");
  expect(told).toEqual(["Preparing 3 files", "50 %", "100 %"]);
});

it("waits with words for a server that is away for three minutes before anything came, and goes on by itself", async () => {
  backAt = Date.now() + 180_000;
  const { saving, bytes } = saved(["1", "2"]);
  await vi.advanceTimersByTimeAsync(170_000);
  expect(told).toEqual([`Waiting. ${WORDS}`]);
  await vi.advanceTimersByTimeAsync(40_000);
  expect(await saving).toBeUndefined();
  expect(told).toEqual([`Waiting. ${WORDS}`, "Preparing", "Preparing 2 files", "50 %", "100 %"]);
  expect(bytes()).toBeGreaterThan(10);
});

it("can be stopped while it waits, and says nothing of it then", async () => {
  backAt = Infinity;
  const { saving } = saved(["1", "2"]);
  await vi.advanceTimersByTimeAsync(60_000);
  stop.abort();
  await expect(saving).rejects.toMatchObject({ name: "AbortError" });
  expect(told).toEqual([`Waiting. ${WORDS}`, "Preparing"]);
});

it("says that it gave up when nobody comes back", async () => {
  backAt = Infinity;
  const { saving } = saved(["1", "2"]);
  await vi.advanceTimersByTimeAsync(300_000);
  await expect(saving).rejects.toMatchObject({ code: "unreachable" });
});
