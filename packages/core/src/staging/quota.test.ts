import { utf8ToBytes } from "@noble/hashes/utils.js";
import { user } from "#account/table";
import { asset } from "#asset/table";
import { job } from "#kernel/table";
import * as Quota from "#quota";
import { upload } from "#upload/table";
import { drain, uploaded } from "@tintype/test/ingest";
import { openLibrary, type Library } from "@tintype/test/library";
import { eq } from "drizzle-orm";
import { afterEach, beforeEach, expect, it } from "vitest";
import { REST_MS } from "./inbox.ts";
import { look } from "./look.ts";

let library: Library;
beforeEach(async () => {
  library = await openLibrary({ pins: true, aheadMs: REST_MS + 1000 });
});
afterEach(() => library.close());

const limit = (quotaBytes: number | null) => library.system.db.update(user).set({ quotaBytes }).where(eq(user.id, library.owner.id));
const drop = (name: string, text: string) => library.system.store.put(`inbox/anna/${name}`, utf8ToBytes(text), { type: "text/plain" });
const left = async () => (await library.system.store.list("inbox/")).objects.map(({ key }) => key);
const assets = async () => (await library.system.db.select({ name: asset.name }).from(asset)).map(({ name }) => name).toSorted();
const told = () => library.system.db.select({ key: upload.key, reason: upload.reason }).from(upload).where(eq(upload.key, upload.source));

it("what there is no room for stays in the inbox with a word, however often it is looked at, and is taken in once there is", async () => {
  const { system } = library;
  await limit(5);
  await drop("a.txt", "more than five");
  await look(system);
  expect(await drain(system)).toEqual(["refused"]);
  for (let times = 0; times < 3; times++) {
    expect(await look(system)).toMatchObject({ listed: 1, hinted: 0 });
    expect(await drain(system)).toEqual([]);
  }
  expect([await left(), await assets(), await told()]).toEqual([
    ["inbox/anna/a.txt"],
    [],
    [{ key: "inbox/anna/a.txt", reason: Quota.OVER_QUOTA }],
  ]);
  await limit(14);
  expect(await look(system)).toMatchObject({ hinted: 1 });
  await drain(system);
  expect([await left(), await assets(), await told()]).toEqual([[], ["a.txt"], []]);
});

it("of several as many are taken in as there is room for", async () => {
  const { system } = library;
  await limit(0);
  await Promise.all([drop("a.txt", "ten bytes."), drop("b.txt", "ten other."), drop("c.txt", "more than there is room for")]);
  await look(system);
  await drain(system);
  await limit(12);
  expect(await look(system)).toMatchObject({ hinted: 2 });
  await drain(system);
  expect([(await assets()).length, (await left()).length]).toEqual([1, 2]);
  expect(await look(system)).toMatchObject({ hinted: 0 });
});

it("what is in the library already takes no room, and goes from the inbox", async () => {
  const { system } = library;
  await uploaded(library, "here.txt", "the same bytes");
  await limit(1);
  await drop("again.txt", "the same bytes");
  await look(system);
  await drain(system);
  expect([await left(), await assets()]).toEqual([[], ["here.txt"]]);
});

it("that there was no room for it is known by its size: another file in its place is looked at", async () => {
  const { system } = library;
  await limit(5);
  await drop("a.txt", "more than five");
  await look(system);
  await drain(system);
  await drop("a.txt", "five.");
  await look(system);
  await drain(system);
  expect([await left(), await assets()]).toEqual([[], ["a.txt"]]);
  expect(await system.db.select().from(job).where(eq(job.dead, true))).toEqual([]);
});
