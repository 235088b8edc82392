import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Entry } from "../selection/zip.ts";
import type { Link } from "./link.ts";
import { createSupply } from "./supply.ts";

const { signal } = new AbortController();

/** The link: signs URLs, of which those of the first time have expired where `stale` says so. */
let asked: string[][];
let stale: Set<string>;
let gone: Set<string>;
/** Being made ready when they are asked for first. */
let slow: Set<string>;

const link = {
  downloads: async (ids: string[]) => {
    asked.push(ids);
    const again = asked.length > 1 && ids.length === 1;
    const files = ids.map((id) => ({ id, name: `photo-0001.jpg`, size: 400, localAt: "", url: `${id}${again ? "!" : ""}` }));
    const pending = ids.filter((id) => slow.delete(id));
    return {
      files: files.filter(({ id }) => !gone.has(id) && !pending.includes(id)),
      missing: ids.filter((id) => gone.has(id)).map((id) => ({ id, name: "photo" })),
      pending,
    };
  },
} as unknown as Link;

beforeEach(() => {
  asked = [];
  stale = new Set();
  gone = new Set();
  slow = new Set();
  pendings = [];
  vi.stubGlobal("fetch", async (url: string) => new Response(`bytes of ${url}`, { status: stale.has(url) ? 403 : 200 }));
});
afterEach(() => {
  vi.unstubAllGlobals();
});

const ids = (count: number) => Array.from({ length: count }, (_, i) => `p${i}`);
let pendings: number[];
const onPending = (count: number): void => void pendings.push(count);
const supplyOf = (wanted: string[], neutral = true) => createSupply({ link, ids: wanted, neutral, signal, onPending });

async function read(entries: AsyncIterable<Entry>): Promise<[name: string, text: string][]> {
  const found: [string, string][] = [];
  for await (const { name, input } of entries) {
    const body = input instanceof ReadableStream ? input : new Blob([...input]);
    found.push([name, await new Response(body).text()]);
  }
  return found;
}

it("asks for URLs only for what comes next, and numbers what has no name of its own through", async () => {
  const supply = supplyOf(ids(120));
  const entries = supply.part(Infinity);
  await entries.next();
  expect(asked.map(({ length }) => length)).toEqual([50]);
  const rest = await read(entries);
  expect(asked.map(({ length }) => length)).toEqual([50, 50, 20]);
  expect(rest.at(-1)).toEqual(["photo-0120.jpg", "bytes of p119"]);
  expect([await supply.more(), supply.done(), supply.missing()]).toEqual([false, 120, []]);
});

it("asks for another URL in the middle of a zip when one has expired", async () => {
  stale = new Set(["p1", "p2"]);
  const found = await read(supplyOf(ids(4)).part(Infinity));
  expect(found.map(([, text]) => text)).toEqual(["bytes of p0", "bytes of p1!", "bytes of p2!", "bytes of p3"]);
  expect(asked).toEqual([ids(4), ["p1"], ["p2"]]);
});

it("waits for what is being made ready, and takes it last", async () => {
  vi.useFakeTimers();
  slow = new Set(["p0", "p2"]);
  const found = read(supplyOf(ids(4)).part(Infinity));
  await vi.advanceTimersByTimeAsync(2_500);
  vi.useRealTimers();
  expect((await found).map(([, text]) => text)).toEqual(["bytes of p1", "bytes of p3", "bytes of p0", "bytes of p2"]);
  expect(pendings).toEqual([2]);
});

it("leaves out what is not there any more, also what goes meanwhile", async () => {
  gone = new Set(["p0"]);
  const supply = supplyOf(ids(3));
  const entries = supply.part(Infinity);
  stale = new Set(["p2"]);
  gone.add("p2");
  expect((await read(entries)).map(([, text]) => text)).toEqual(["bytes of p1"]);
  expect(supply.done()).toBe(1);
  expect(supply.missing()).toEqual([
    { id: "p0", name: "photo" },
    { id: "p2", name: "photo" },
  ]);
});

it("parts what does not fit into one zip, each with names of its own, and a file that is too large alone", async () => {
  const supply = supplyOf(ids(5), false);
  const parts: number[] = [];
  while (await supply.more()) parts.push((await read(supply.part(1_000))).length);
  expect(parts).toEqual([2, 2, 1]);
  const small = supplyOf(ids(3), false);
  expect([await small.isLarge(400), await small.isLarge(399)]).toEqual([false, true]);
  expect((await small.next())?.url).toBe("p0");
  expect((await read(small.part(100))).map(([, text]) => text)).toEqual(["bytes of p1"]);
  expect((await read(small.part(100))).map(([name]) => name)).toEqual(["photo-0001.jpg"]);
});
