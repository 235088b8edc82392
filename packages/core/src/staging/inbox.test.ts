import { readFile } from "node:fs/promises";
import { createHash } from "node:crypto";
import { asset } from "#asset/table";
import type { Ctx } from "#kernel";
import { job } from "#kernel/table";
import { fromMs } from "#date";
import type { ObjectStore } from "#storage";
import * as Upload from "#upload";
import { upload } from "#upload/table";
import { corpus, hasCorpus } from "@tintype/test/corpus";
import { drain, noPorts, putByHand } from "@tintype/test/ingest";
import { openLibrary, type Library } from "@tintype/test/library";
import { addPerson } from "@tintype/test/person";
import { fileOf, planOne, send } from "@tintype/test/upload";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isAtRest, isPassedOver, modifiedMs, REST_MS } from "./inbox.ts";
import { look } from "./look.ts";
import { run } from "./run.ts";

let library: Library;
beforeEach(async () => {
  // What is dropped now is at rest.
  library = await openLibrary({ aheadMs: REST_MS + 1000 });
});
afterEach(() => library.close());

const store = () => library.system.store;
const keys = async (prefix = "") => (await store().list(prefix)).objects.map(({ key }) => key);
const textAt = async (key: string) => new Response(await store().get(key)).text();
const assets = () => library.system.db.select().from(asset).orderBy(asset.createdAt);
const all = () => drain(library.system);
const drop = (name: string, content: string) => putByHand(library.system, `inbox/anna/${name}`, content);
const shortHash = (content: string) => createHash("sha256").update(content).digest("hex").slice(0, 8);

describe("a file in the inbox", () => {
  it("moves into its person's library, under its name and the month of its own date", async () => {
    const key = await drop("phone/DCIM/IMG_20180725_163423.txt", "from the phone");
    expect(await look(library.system)).toEqual({ listed: 1, hinted: 1, lists: 2 });
    expect(await all()).toEqual(["moving", "ready", "moved"]);
    const to = `library/anna/2018/07/IMG_20180725_163423~${shortHash("from the phone")}.txt`;
    expect(await keys()).toEqual([to]);
    expect(await textAt(to)).toBe("from the phone");
    expect(await assets()).toMatchObject([
      { ownerId: library.owner.id, key: to, name: "IMG_20180725_163423.txt", localAt: "2018-07-25T16:34:23" },
    ]);
    expect(await run(library.system, noPorts, { key })).toEqual({ kind: "gone" });
  });

  it.each([
    ["with spaces.txt", "with-spaces"],
    ["Üñïcödé Ёлка 日本.txt", "Unicode-Ёлка-日本"],
    ["a..b.txt", "a.b"],
    ["line\nbreak.txt", "line-break"],
    ["😀.txt", "file"],
    ["/leading.txt", "leading"],
    ["back\\slash?#%2f&+;.txt", "back-slash-2f"],
    [`${"x".repeat(200)}.txt`, "x".repeat(80)],
  ])("named %j comes in as it is, in the folder of its person", async (name, stem) => {
    await drop(name, name);
    await look(library.system);
    await all();
    const [row] = await assets();
    expect(row?.name).toBe(name.replace(/^\//u, ""));
    expect(row?.key).toMatch(new RegExp(`^library/anna/\\d{4}/\\d{2}/${stem}~${shortHash(name)}\\.txt$`, "u"));
    expect(await keys()).toEqual([row?.key]);
  });

  it("has the time that its tool wrote beside it", async () => {
    const key = await drop("x", "x");
    const open: ObjectStore["open"] = async (at) => {
      const { head, body } = await store().open(at);
      return { head: { ...head, meta: { mtime: "1027605000.25" } }, body };
    };
    await run({ ...library.system, store: { ...store(), open } }, noPorts, { key });
    await all();
    expect(await assets()).toMatchObject([
      { localAt: "2002-07-25T13:50:00.25", offsetMinutes: 0, key: expect.stringContaining("/2002/07/") },
    ]);
  });

  it.each([
    ["nobody's", "inbox/nobody/a.jpg"],
    ["not in a folder", "inbox/a.jpg"],
    ["in a nameless folder", "inbox//anna/a.jpg"],
    ["a folder's marker", "inbox/anna/trip/"],
    ["still being written", "inbox/anna/a.jpg.4f1e2d3c.partial"],
    ["hidden", "inbox/anna/.DS_Store"],
    ["above everything", "inbox/anna/.."],
  ])("that is %s is left alone", async (_, key) => {
    const unasked = () => Promise.reject(new Error("the store was not to be asked"));
    expect(await run({ ...library.system, store: { ...store(), head: unasked, open: unasked } }, noPorts, { key })).toEqual({
      kind: "ignored",
    });
    const named = { key, size: 1, etag: "e", lastModified: new Date() };
    const listed: ObjectStore["list"] = async (prefix) => ({ objects: prefix === "inbox/" ? [named] : [] });
    expect(await look({ ...library.system, store: { ...store(), list: listed } })).toEqual({ listed: 1, hinted: 0, lists: 2 });
  });

  it("is its folder's, whatever else its path names", async () => {
    await addPerson(library.system, "Ben");
    await drop("ben/inbox/ben/a.txt", "still anna's");
    await look(library.system);
    await all();
    expect(await assets()).toMatchObject([{ ownerId: library.owner.id, key: expect.stringMatching(/^library\/anna\//u) }]);
  });

  it("that is empty stays, is told of once, and comes in when it is written at last", async () => {
    const key = await drop("later.txt", "");
    for (let times = 0; times < 3; times++) await run(library.system, noPorts, { key });
    expect(await look(library.system)).toEqual({ listed: 1, hinted: 0, lists: 2 });
    expect(library.lines.filter(({ event }) => event === "staging.refused")).toHaveLength(1);
    const told = { state: "failed", source: key, ownerId: library.owner.id, name: "later.txt", reason: expect.stringContaining("empty") };
    expect(await library.system.db.select().from(upload)).toMatchObject([told]);
    expect(await keys()).toEqual([key]);
    await drop("later.txt", "written");
    expect(await look(library.system)).toMatchObject({ hinted: 1 });
    await all();
    expect(await assets()).toMatchObject([{ name: "later.txt", size: 7 }]);
    expect(await library.system.db.select({ state: upload.state }).from(upload)).toEqual([{ state: "committed" }]);
  });

  it("that is refused and taken away is told of no more, although nobody tells of it", async () => {
    const [key, left] = [await drop("gone.txt", ""), await drop("left.txt", "")];
    for (const each of [key, left]) await run(library.system, noPorts, { key: each });
    await store().remove([key]);
    expect(await look(library.system)).toEqual({ listed: 1, hinted: 1, lists: 2 });
    expect(await all()).toEqual(["gone"]);
    expect(await library.system.db.select({ source: upload.source }).from(upload)).toEqual([{ source: left }]);
    expect(await look(library.system)).toMatchObject({ hinted: 0 });
  });
});

describe("a file that was written a moment ago", () => {
  it("is left as it came, and looked at again when it is at rest", async () => {
    const key = await drop("fresh.txt", "fresh");
    const { lastModified } = await store().head(key);
    const at = (ms: number): Ctx => ({ ...library.system, now: () => new Date(lastModified.getTime() + ms) });
    expect(await run(at(1000), noPorts, { key })).toEqual({ kind: "waiting" });
    const [next] = await library.system.db.select({ dedupe: job.dedupe, runAt: job.runAt }).from(job);
    expect(next?.dedupe).toBe(key);
    // Told on one clock and kept on another: some ms lie between.
    expect(Math.abs((next?.runAt.getTime() ?? 0) - (lastModified.getTime() + 1000 + REST_MS))).toBeLessThan(500);
    expect(await run(at(1000 + REST_MS), noPorts, { key })).toMatchObject({ kind: "moving" });
  });

  it.each([
    [0, false],
    [REST_MS - 1, false],
    [REST_MS, true],
    [-1000, false],
    [-20 * 60_000, true],
  ])("(%i ms ago: at rest %s)", (age, expected) => {
    const now = new Date();
    expect(isAtRest({ lastModified: new Date(now.getTime() - age) }, now)).toBe(expected);
  });
});

describe("bytes that the library has", () => {
  it("go from the inbox, and are no second photo", async () => {
    await drop("first.txt", "the same");
    await look(library.system);
    await all();
    const before = await keys();
    await drop("second.txt", "the same");
    await look(library.system);
    expect(await all()).toEqual(["moved"]);
    expect(await keys()).toEqual(before);
    expect(await assets()).toMatchObject([{ name: "first.txt" }]);
  });

  it("stay in the inbox when they are the last ones, and become the original again", async () => {
    await drop("first.txt", "the last");
    await look(library.system);
    await all();
    const [before] = await assets();
    await store().remove([before!.key]);
    await drop("second.txt", "the last");
    await look(library.system);
    await all();
    const [after, ...others] = await assets();
    expect(others).toEqual([]);
    expect(after).toMatchObject({ id: before!.id, missing: false });
    expect(await textAt(after!.key)).toBe("the last");
    expect(await keys()).toEqual([after!.key]);
  });

  it("dropped twice at once become one photo", async () => {
    await drop("a.txt", "twins");
    await drop("b.txt", "twins");
    await look(library.system);
    await all();
    await look(library.system);
    await all();
    expect(await assets()).toHaveLength(1);
    expect(await keys("inbox/")).toEqual([]);
    expect(await keys("library/")).toHaveLength(1);
  });

  it("that a browser is about to send are taken for its upload, which is safe then", async () => {
    const planned = await planOne(library.owner.ctx, fileOf("on both ways", { name: "a.txt" }));
    await drop("b.txt", "on both ways");
    await look(library.system);
    await all();
    expect((await send(planned, "on both ways")).status).toBe(412);
    await Upload.complete(library.owner.ctx, planned.uploadId);
    await look(library.system);
    await all();
    expect(await Upload.status(library.owner.ctx, [planned.uploadId])).toMatchObject([{ state: "committed", safe: true }]);
    expect(await keys("inbox/")).toEqual([]);
    expect(await assets()).toHaveLength(1);
  });
});

describe("the time of a file", () => {
  const lastModified = new Date("2026-03-04T05:06:07Z");

  it.each([
    ["rclone's", { mtime: "1027605000.123456789" }, "2002-07-25T13:50:00.123"],
    [
      "s3cmd's",
      { "s3cmd-attrs": "atime:1/ctime:2/gid:0/gname:root/md5:x/mode:33188/mtime:1027605000/uid:0/uname:root" },
      "2002-07-25T13:50:00",
    ],
    ["mc's", { "mc-attrs": "atime:1#0/gid:0/mtime:1027605000#123/uid:0" }, "2002-07-25T13:50:00"],
    ["the store's, without", {}, "2026-03-04T05:06:07"],
    ["the store's, for nonsense", { mtime: "yesterday" }, "2026-03-04T05:06:07"],
    ["the store's, for none", { mtime: "0" }, "2026-03-04T05:06:07"],
    ["the store's, for one that no date can be", { mtime: "9e99" }, "2026-03-04T05:06:07"],
    ["the store's, for one that no date can be", { mtime: "99999999999999" }, "2026-03-04T05:06:07"],
  ])("is %s", (_, meta, expected) => {
    expect(fromMs(modifiedMs({ meta, lastModified }))).toBe(expected);
  });

  it.each([
    ["IMG_1.JPG", false],
    ["IMG_1.JPG.partial", true],
    ["a.jpg.1a2b3c4d.Partial", true],
    ["a.part", true],
    ["partial", false],
    [".hidden.jpg", true],
    ["._IMG_1.JPG", true],
    ["DCIM/.thumbnails/123.jpg", true],
    [".Trash-1000/files/IMG.jpg", true],
    [".stversions/a~1.jpg", true],
    ["2019/@eaDir/IMG_1.JPG/SYNOPHOTO_THUMB_XL.jpg", true],
    ["#recycle/a.jpg", true],
    ["$RECYCLE.BIN/a.jpg", true],
    ["DCIM/Thumbs.db", true],
    ["a.b/c.d/e@eaDir.jpg", false],
    ["recycle/#1 a.jpg", false],
  ])("(%s is passed over: %s)", (path, expected) => {
    expect(isPassedOver(path)).toBe(expected);
  });
});

describe.skipIf(!hasCorpus)("a photo in the inbox", () => {
  it("goes to the month in which the timeline shows it, by the date that its camera wrote", async () => {
    const bytes = await readFile(corpus("phones/IMG_20180725_163423.jpg"));
    await store().put("inbox/anna/renamed.jpg", bytes, { type: "image/jpeg" });
    await look(library.system);
    const [key] = await keys("inbox/");
    const moved = await run(library.system, library.ports, { key: key! });
    expect(moved).toEqual({ kind: "moving", to: expect.stringMatching(/^library\/anna\/2018\/07\/renamed~[0-9a-f]{8}\.jpg$/u) });
    await library.ingest(moved.kind === "moving" ? moved.to : "");
    expect(await assets()).toMatchObject([{ localAt: "2018-07-25T16:34:23.935", name: "renamed.jpg" }]);
  });

  it("goes by its name when reading it was given up", async () => {
    const bytes = await readFile(corpus("phones/IMG_20180725_163423.jpg"));
    await store().put("inbox/anna/IMG_20010203_040506.jpg", bytes, { type: "image/jpeg" });
    const moved = await run(library.system, noPorts, { key: "inbox/anna/IMG_20010203_040506.jpg", giveUp: true });
    expect(moved).toEqual({ kind: "moving", to: expect.stringMatching(/^library\/anna\/2001\/02\//u) });
  });
});
