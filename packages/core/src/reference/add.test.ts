import { eq } from "drizzle-orm";
import * as Asset from "#asset";
import { asset } from "#asset/table";
import { job } from "#kernel/table";
import * as Mark from "#mark";
import { timelineChunk } from "#timeline/table";
import { TOKEN } from "@tintype/test/marked";
import { useAnna } from "@tintype/test/anna";
import { addAsset, addPerson, signerOnly } from "@tintype/test/person";
import { beforeEach, expect, it } from "vitest";
import { add } from "./add.ts";
import { follow } from "./follow.ts";

const here = useAnna(() => ({ store: signerOnly }));
let ben: Awaited<ReturnType<typeof addPerson>>;
beforeEach(async () => {
  ben = await addPerson(here.system, "Ben");
});

const photo = (rest: Partial<typeof asset.$inferInsert> = {}) =>
  addAsset(here.system, here.anna.id, "2026-11-02T10:00:00", { name: "Lake.jpg", derivedVersion: 1, description: "the lake", ...rest });
const rowOf = async (id: string) => (await here.system.db.select().from(asset).where(eq(asset.id, id)))[0]!;
const ofBen = () => here.system.db.select().from(asset).where(eq(asset.ownerId, ben.id));

it("a photo that is saved is in the library as it is, with the bytes and the pictures of its source, and its month is packed anew", async () => {
  const id = await photo();
  expect(await add(ben.ctx, [id])).toEqual({ saved: [id], have: [], missing: [] });
  const [mine] = await ofBen();
  const source = await rowOf(id);
  expect(mine).toMatchObject({
    name: "Lake.jpg",
    description: "the lake",
    localAt: "2026-11-02T10:00:00",
    key: expect.stringMatching(/^library\/ben\/2026\/11\/Lake~[0-9a-f]{8}\.jpg$/u),
    sourceId: id,
    sourceKey: source.key,
    favourite: false,
    missing: false,
  });
  const detail = await Asset.get(ben.ctx, mine!.id);
  expect(detail).toMatchObject({ isReference: true, references: 0 });
  expect([detail.urls.thumb, detail.urls.download]).toEqual([
    expect.stringContaining(`/derived/${id}/`),
    expect.stringContaining(source.key),
  ]);
  expect((await Asset.downloads(ben.ctx, [mine!.id])).files).toMatchObject([{ url: expect.stringContaining(source.key) }]);
  expect(await Asset.get(here.anna.ctx, id)).toMatchObject({ isReference: false, references: 1 });
  expect(await here.system.db.select().from(timelineChunk).where(eq(timelineChunk.ownerId, ben.id))).toMatchObject([{ dirty: true }]);
});

it("what one has by its bytes is left alone, and a photo that is saved twice is there once", async () => {
  const id = await photo();
  const { sha256 } = await rowOf(id);
  await addAsset(here.system, ben.id, "2020-01-01T00:00:00", { sha256 });
  expect(await add(ben.ctx, [id])).toEqual({ saved: [], have: [id], missing: [] });
  expect(await add(here.anna.ctx, [id])).toEqual({ saved: [], have: [id], missing: [] });
  const other = await photo();
  await add(ben.ctx, [other]);
  expect(await add(ben.ctx, [other])).toEqual({ saved: [], have: [other], missing: [] });
  expect((await ofBen()).length).toBe(2);
});

it("out of the bin it comes back, and one whose original was lost is there again", async () => {
  const [binned, lost, doomed] = [await photo(), await photo(), await photo()];
  const own = async (id: string, rest: Partial<typeof asset.$inferInsert>) =>
    addAsset(here.system, ben.id, "2020-01-01T00:00:00", { sha256: (await rowOf(id)).sha256, ...rest });
  const first = await own(binned, { trashedAt: new Date() });
  const second = await own(lost, { missing: true, state: "unprocessable", reason: "gone" });
  await own(doomed, { trashedAt: new Date(), purgedAt: new Date() });
  expect(await add(ben.ctx, [binned, lost, doomed])).toEqual({ saved: [lost], have: [binned], missing: [doomed] });
  expect(await rowOf(first)).toMatchObject({ trashedAt: null, sourceId: null });
  expect(await rowOf(second)).toMatchObject({ missing: false, state: "ready", reason: null, sourceId: lost });
});

it("what came is put into the bin when that is undone, and what was there before stays", async () => {
  const [fresh, there, binned] = [await photo(), await photo(), await photo()];
  const own = async (id: string, rest: Partial<typeof asset.$inferInsert> = {}) =>
    addAsset(here.system, ben.id, "2020-01-01T00:00:00", { sha256: (await rowOf(id)).sha256, ...rest });
  const [kept, back] = [await own(there), await own(binned, { trashedAt: new Date() })];
  await add(ben.ctx, [fresh, there, binned], TOKEN);
  expect(await Mark.undo(ben.ctx, TOKEN)).toEqual({ changed: 2 });
  const inBin = (await ofBen()).filter(({ trashedAt }) => trashedAt !== null).map(({ id, sourceId }) => sourceId ?? id);
  expect(inBin.toSorted()).toEqual([fresh, back].toSorted());
  expect((await rowOf(kept)).trashedAt).toBeNull();
});

it("brings nobody's lost original back from what only refers to it; from another's it does, for those who refer to it too", async () => {
  const id = await photo();
  await add(ben.ctx, [id]);
  const [bens] = await ofBen();
  await here.system.db.update(asset).set({ missing: true, state: "unprocessable" }).where(eq(asset.id, id));
  expect(await add(here.anna.ctx, [bens!.id])).toEqual({ saved: [], have: [], missing: [bens!.id] });
  const cleo = await addPerson(here.system, "Cleo");
  const hers = await addAsset(here.system, cleo.id, "2020-01-01T00:00:00", { sha256: (await rowOf(id)).sha256 });
  expect(await add(here.anna.ctx, [hers])).toMatchObject({ saved: [hers] });
  const { key } = await rowOf(hers);
  expect(await rowOf(id)).toMatchObject({ sourceId: hers, sourceKey: key, missing: false });
  expect((await here.system.db.select().from(job).where(eq(job.kind, "follow"))).map(({ dedupe }) => dedupe)).toEqual([id]);
  await follow(here.system, id);
  expect(await rowOf(bens!.id)).toMatchObject({ sourceId: hers, sourceKey: key, missing: false });
});

it("one of a reference refers to the first original", async () => {
  const id = await photo();
  await add(ben.ctx, [id]);
  const [bens] = await ofBen();
  const cleo = await addPerson(here.system, "Cleo");
  await add(cleo.ctx, [bens!.id]);
  const [hers] = await here.system.db.select().from(asset).where(eq(asset.ownerId, cleo.id));
  expect(hers).toMatchObject({ sourceId: id, sourceKey: (await rowOf(id)).key });
  expect(await Asset.get(here.anna.ctx, id)).toMatchObject({ references: 2 });
});

it("what is deleted for good, lost, or not yet read cannot be saved, nor what is a reference to such", async () => {
  const gone = [await photo({ purgedAt: new Date() }), await photo({ missing: true }), await photo({ state: "stored" })];
  const doomed = await photo();
  await add(ben.ctx, [doomed]);
  await here.system.db.update(asset).set({ purgedAt: new Date() }).where(eq(asset.id, doomed));
  const cleo = await addPerson(here.system, "Cleo");
  const ids = [...gone, (await ofBen())[0]!.id];
  expect(await add(cleo.ctx, ids)).toEqual({ saved: [], have: [], missing: ids });
});

it("two files whose names and first digits are the same get keys of their own", async () => {
  const id = await photo();
  const { sha256 } = await rowOf(id);
  const twin = sha256.slice();
  twin[31]! ^= 1;
  const other = await photo({ sha256: twin });
  expect(await add(ben.ctx, [id, other])).toMatchObject({ missing: [] });
  expect((await ofBen()).map(({ key }) => /~([0-9a-f]+)\./u.exec(key)?.[1]?.length).toSorted((a, b) => a! - b!)).toEqual([8, 12]);
});

it("costs nothing of what one may have", async () => {
  await add(ben.ctx, [await photo({ size: 1000 })]);
  await addAsset(here.system, ben.id, "2020-01-01T00:00:00", { size: 5 });
  expect(await Asset.totals(ben.ctx)).toEqual({ assets: 2, bytes: 5 });
});
