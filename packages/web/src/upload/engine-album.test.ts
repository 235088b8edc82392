import { files, settled, state, world } from "@tintype/test/upload-world";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Problem } from "../lib/http.ts";
import { createEngine } from "./engine.ts";
import type { Ports } from "./run.ts";
import { planAgain } from "./stage-plan.ts";
import { viewOf } from "./view.ts";
import type { Into } from "./task.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Ports that note with which album each file was planned. */
function noting(refuse?: (albumId: string | undefined) => Problem | undefined) {
  const { ports } = world();
  const planned: (string | undefined)[] = [];
  const plan: Ports["api"]["plan"] = (asked, albumId) => {
    const problem = refuse?.(albumId);
    if (problem) return Promise.reject(problem);
    planned.push(...asked.map(() => albumId));
    return ports.api.plan(asked, albumId);
  };
  return { ports: { ...ports, api: { ...ports.api, plan } }, planned };
}

const ofAlbum = (into: Into, count: number, from = 0) =>
  files(from + count)
    .slice(from)
    .map((found) => ({ ...found, into }));

test("files are planned with the album that they were added to, the others with none", async () => {
  const { ports, planned } = noting();
  const engine = createEngine(ports);
  engine.add([...ofAlbum({ albumId: "a", done: [] }, 3), ...files(5).slice(3)]);
  await settled(engine);
  expect(state(engine)).toMatchObject({ safe: 5, failed: 0 });
  expect(planned.filter((albumId) => albumId === "a")).toHaveLength(3);
  expect(planned).toHaveLength(5);
});

const extra = { skipped: { count: 0, names: [] }, unreadable: 0, unread: [], progressPerSecond: 0, elapsed: 0, previewOf: () => null };

test("of files that were there already it is told in which album they are now, each time that they are added", async () => {
  const { ports } = noting();
  const engine = createEngine(ports);
  engine.add(files(2));
  await settled(engine);
  expect(viewOf(engine.run, extra)).toMatchObject({ safe: 2, addedTo: undefined, arrived: 2 });
  engine.add(ofAlbum({ albumId: "a", title: "Berlin", done: [] }, 2));
  await settled(engine);
  expect(viewOf(engine.run, extra)).toMatchObject({ duplicates: 2, addedTo: "Berlin", arrived: 4 });
  engine.add([...ofAlbum({ albumId: "b", title: "Rome", done: [] }, 1), ...files(2).slice(1)]);
  await settled(engine);
  expect(viewOf(engine.run, extra)).toMatchObject({ duplicates: 2, addedTo: undefined, arrived: 6 });
});

test.each(["not_found", "forbidden"])("files of an album that is closed to them (%s) go into the library alone", async (code) => {
  const { ports, planned } = noting((albumId) => (albumId === undefined ? undefined : new Problem(404, code, "There is no album.")));
  const engine = createEngine(ports);
  engine.add(ofAlbum({ albumId: "a", done: [] }, 4));
  await settled(engine);
  expect(state(engine)).toMatchObject({ safe: 4, failed: 0 });
  expect(planned).toEqual([undefined, undefined, undefined, undefined]);
});

test("when an album is chosen later, what is on its way is planned for it again, and what is safe is known", async () => {
  const { ports, planned } = noting();
  const engine = createEngine(ports);
  const into: Into = { done: [] };
  engine.add(ofAlbum(into, 2));
  await settled(engine);
  expect(into.done).toHaveLength(2);
  engine.add(ofAlbum(into, 3, 2));
  await vi.waitUntil(() => engine.run.queue.in.sending.size + engine.run.queue.in.planned.size === 3);
  planned.length = 0;
  into.albumId = "a";
  await planAgain(engine.run, into);
  expect(planned).toEqual(["a", "a", "a"]);
  await settled(engine);
  expect(state(engine)).toMatchObject({ safe: 3 });
  // Those were planned for it: only the first ones are to be added by hand.
  expect(into.done).toHaveLength(2);
});
