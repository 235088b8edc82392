import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { asset } from "#asset/table";
import { AppError, newId, type Ctx } from "#kernel";
import { derivative, due, START_BYTES, type Step } from "#media";
import { derivedKey, derivedPrefix } from "#storage";
import { timelineChunk } from "#timeline/table";
import { upload } from "#upload/table";
import { corpus, hasCorpus } from "@tintype/test/corpus";
import { assemble, noPorts, putByHand } from "@tintype/test/ingest";
import { type Library, openLibrary } from "@tintype/test/library";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readLedger } from "./ledger.ts";
import { run } from "./run.ts";

let library: Library;
let system: Ctx;
beforeAll(async () => {
  library = await openLibrary();
  ({ system } = library);
});
afterAll(() => library.close());

const rowOf = async (key: string) => (await system.db.select().from(asset).where(eq(asset.key, key)))[0];
const uploadOf = async (key: string) => (await system.db.select().from(upload).where(eq(upload.key, key)))[0];
const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const hand = (name: string, content: string) => putByHand(system, `library/${library.owner.handle}/${name}`, content);
/** A step that tells what it saw, and finds nothing. */
const watching = (seen: string[], version = 1): Step => ({
  name: "watch",
  version,
  run: (_ctx, _ports, { asset: row }) => Promise.resolve(void seen.push(row.key)).then(() => ({})),
});

describe("an object", () => {
  it("that is run again is not read again, and stays as it was", async () => {
    const seen: string[] = [];
    const key = await hand("once.txt", "once");
    const steps = [watching(seen)];
    expect(await run(system, noPorts, { key, steps })).toMatchObject({ kind: "ready" });
    const store = { ...system.store, get: () => Promise.reject(new Error("was read again")) };
    expect(await run({ ...system, store }, noPorts, { key, steps })).toMatchObject({ kind: "unchanged" });
    expect(seen).toEqual([key]);
  });

  it("is run through a step again when that has a new version", async () => {
    const seen: string[] = [];
    const key = await hand("versions.txt", "versions");
    const kept: string[] = [];
    const other: Step = { ...watching(kept), name: "other" };
    await run(system, noPorts, { key, steps: [watching(seen, 1), other] });
    await run(system, noPorts, { key, steps: [watching(seen, 2), other] });
    expect([seen.length, kept.length]).toEqual([2, 1]);
    expect(await readLedger(system, key, (await rowOf(key))!.etag)).toEqual({ steps: { verify: 1, watch: 2, other: 1 }, isCopy: false });
  });

  it("is shown in its month, and in the old one too when its time changes", async () => {
    const key = await hand("month.txt", "month");
    const dated = (localAt: string, version: number): Step => ({ name: "date", version, run: () => Promise.resolve({ localAt }) });
    await run(system, noPorts, { key, steps: [dated("1999-12-31T10:00:00", 1)] });
    await run(system, noPorts, { key, steps: [dated("2000-01-01T10:00:00", 2)] });
    const months = (await system.db.select().from(timelineChunk)).filter(({ dirty }) => dirty).map(({ month }) => month);
    expect(months).toEqual(expect.arrayContaining([1999 * 12 + 11, 2000 * 12]));
  });

  it("that two workers take at once is one asset", async () => {
    const keys = await Promise.all(["race-a.txt", "race-b.txt"].map((name) => hand(name, "the same bytes")));
    const outcomes = await Promise.all([...keys, ...keys].map((key) => run(system, noPorts, { key, steps: [watching([])] })));
    const rows = (await system.db.select().from(asset)).filter(({ name }) => name.startsWith("race-"));
    expect(rows).toHaveLength(1);
    expect(new Set(outcomes.flatMap((outcome) => ("assetId" in outcome && outcome.assetId !== null ? [outcome.assetId] : [])))).toEqual(
      new Set([rows[0]!.id]),
    );
  });

  it("that is overwritten while it is read is read anew", async () => {
    // Longer than what is kept of its start.
    const long = "x".repeat(START_BYTES);
    const key = await hand("torn.txt", `${long}before`);
    let times = 0;
    const overwrites: Step = {
      name: "overwrite",
      version: 1,
      async run(_ctx, _ports, { source }) {
        if (times++ === 0) await hand("torn.txt", `${long}after that`);
        return { description: new TextDecoder().decode(await source.read(START_BYTES, source.size)) };
      },
    };
    expect(await run(system, noPorts, { key, steps: [overwrites] })).toMatchObject({ kind: "ready" });
    expect(await rowOf(key)).toMatchObject({ size: START_BYTES + 10, description: "after that", state: "ready" });
  });

  it("that is overwritten by hand later is read afresh, as the same asset", async () => {
    const key = await hand("edited.txt", "one");
    await run(system, noPorts, { key, steps: [watching([])] });
    const before = await rowOf(key);
    await hand("edited.txt", "edited");
    const seen: string[] = [];
    await run(system, noPorts, { key, steps: [watching(seen)] });
    expect(seen).toEqual([key]);
    expect(await rowOf(key)).toMatchObject({ id: before!.id, size: 6, state: "ready" });
  });

  it("that goes says so, and when it comes back is as before", async () => {
    const key = await hand("away.txt", "away");
    await run(system, noPorts, { key, steps: [watching([])] });
    await system.store.remove([key]);
    expect(await run(system, noPorts, { key, steps: [] })).toEqual({ kind: "gone" });
    expect(await rowOf(key)).toMatchObject({ state: "unprocessable", reason: "The original is no longer in storage." });
    await hand("away.txt", "away");
    const shown: Step = { name: "show", version: 1, run: () => Promise.resolve({ reason: null }) };
    expect(await run(system, noPorts, { key, steps: [shown] })).toMatchObject({ kind: "ready" });
    expect(await rowOf(key)).toMatchObject({ state: "ready", reason: null });
  });

  it("that moves within the folder takes its asset along", async () => {
    const from = await hand("here.txt", "it moves");
    await run(system, noPorts, { key: from, steps: [watching([])] });
    const before = await rowOf(from);
    await system.store.remove([from]);
    const to = await hand("there.txt", "it moves");
    await run(system, noPorts, { key: to, steps: [watching([])] });
    await run(system, noPorts, { key: from, steps: [watching([])] });
    expect(await rowOf(to)).toMatchObject({ id: before!.id, state: "ready" });
  });

  it.each(["library/nobody/a.jpg", "meta/x.json"])("at %s is nobody's and ignored", async (key) => {
    await putByHand(system, key, "x");
    expect(await run(system, noPorts, { key, steps: [] })).toEqual({ kind: "ignored" });
  });

  it("that never was is gone", async () => {
    expect(await run(system, noPorts, { key: `library/${library.owner.handle}/never.jpg`, steps: [] })).toEqual({ kind: "gone" });
  });
});

describe("a photo's pictures", () => {
  const picture = new Uint8Array([1, 2, 3]);
  const made = { width: 3, height: 2, thumb: picture, preview: picture, thumbhash: picture, partial: false };
  const ports = { ...noPorts, image: { ...noPorts.image, derive: () => Promise.resolve(made) } };
  const put = (key: string, n: number) => system.store.put(key, new Uint8Array([0xff, 0xd8, 0xff, 0xe0, n]), { type: "image/jpeg" });
  const pictures = async (id: string) => (await system.store.list(derivedPrefix(id))).objects.map(({ key }) => key);
  const used = (row: typeof asset.$inferSelect) =>
    (["preview.jpg", "thumb.webp"] as const).map((variant) => derivedKey(row, variant, row.derivedVersion!));

  it("have other addresses when the photo is replaced, and the old ones are removed", async () => {
    const key = `library/${library.owner.handle}/replaced.jpg`;
    await put(key, 1);
    await run(system, ports, { key, steps: [derivative] });
    const before = (await rowOf(key))!;
    expect(await pictures(before.id)).toEqual(used(before));
    await put(key, 2);
    await run(system, ports, { key, steps: [derivative] });
    const after = (await rowOf(key))!;
    expect(after.id).toBe(before.id);
    expect(used(after)).not.toEqual(used(before));
    expect(await pictures(after.id)).toEqual(used(after));
  });

  it("are removed when what replaces the photo has none; what others derive stays", async () => {
    const key = `library/${library.owner.handle}/no-more.jpg`;
    await put(key, 3);
    await run(system, ports, { key, steps: [derivative] });
    const { id } = (await rowOf(key))!;
    await putByHand(system, `${derivedPrefix(id)}poster-1.jpg`, "a poster");
    await putByHand(system, key, "only words");
    await run(system, ports, { key, steps: [derivative] });
    expect(await pictures(id)).toEqual([`${derivedPrefix(id)}poster-1.jpg`]);
  });

  it("that a killed process left are removed at the next look, which the sweep has taken", async () => {
    const key = `library/${library.owner.handle}/killed.jpg`;
    await put(key, 6);
    await run(system, ports, { key, steps: [derivative] });
    await put(key, 7);
    const killed = (): never => {
      throw new Error("killed");
    };
    await expect(run(system, ports, { key, steps: [{ ...derivative, tidy: killed }] })).rejects.toThrow("killed");
    const row = (await rowOf(key))!;
    expect((await pictures(row.id)).length).toBe(4);
    const { steps } = await readLedger(system, key, row.etag);
    expect(due([derivative], steps)).toEqual([derivative]);
    await run(system, ports, { key, steps: [derivative] });
    expect(await pictures(row.id)).toEqual(used(row));
    expect(await run(system, noPorts, { key, steps: [derivative] })).toMatchObject({ kind: "unchanged" });
  });

  it("that cannot be removed do not keep the new ones from being shown", async () => {
    const key = `library/${library.owner.handle}/stubborn.jpg`;
    await put(key, 4);
    await run(system, ports, { key, steps: [derivative] });
    await put(key, 5);
    const store = { ...system.store, remove: () => Promise.reject(new AppError("storage_unavailable", "not now")) };
    expect(await run({ ...system, store }, ports, { key, steps: [derivative] })).toMatchObject({ kind: "ready" });
    expect(library.lines.at(-1)).toMatchObject({ level: "warn", event: "ingest.not_tidied", step: "derivative" });
  });
});

describe("a step that fails", () => {
  const breaks: Step = { name: "breaks", version: 1, run: () => Promise.reject(new AppError("storage_unavailable", "the store is away")) };

  it("leaves the original safe, keeps what was found, and is tried again later", async () => {
    const key = await library.send("later.txt", text("later"));
    const tells: Step = { name: "tells", version: 1, run: () => Promise.resolve({ description: "At the lake" }) };
    await expect(run(system, noPorts, { key, steps: [tells, breaks] })).rejects.toMatchObject({ code: "storage_unavailable" });
    expect(await rowOf(key)).toMatchObject({ state: "stored", description: "At the lake" });
    expect(await uploadOf(key)).toMatchObject({ state: "committed" });
    const seen: string[] = [];
    expect(await run(system, noPorts, { key, steps: [tells, { ...watching(seen), name: "breaks" }] })).toMatchObject({ kind: "ready" });
    expect(seen).toEqual([key]);
  });

  it("and is given up ends as unprocessable with a reason, and is not tried for ever", async () => {
    const key = await library.send("never.txt", text("never"));
    await expect(run(system, noPorts, { key, steps: [breaks] })).rejects.toThrow("away");
    expect(await run(system, noPorts, { key, steps: [breaks], giveUp: "It was too much." })).toMatchObject({ kind: "unprocessable" });
    expect(await rowOf(key)).toMatchObject({ state: "unprocessable", reason: "It was too much." });
    expect(await run(system, noPorts, { key, steps: [breaks] })).toMatchObject({ kind: "unchanged" });
  });
});

describe("an upload", () => {
  it("whose bytes are in the library already when it is confirmed is committed", async () => {
    const key = await library.send("again.txt", text("again"));
    await run(system, noPorts, { key, steps: [] });
    const row = (await uploadOf(key))!;
    await system.db
      .insert(upload)
      .values({ ...row, id: newId(), state: "received", assetId: null, createdAt: new Date(Date.now() + 1000) });
    expect(await run(system, noPorts, { key, steps: [] })).toMatchObject({ kind: "unchanged" });
    const states = (await system.db.select().from(upload).where(eq(upload.key, key))).map(({ state }) => state);
    expect(states).toEqual(["committed", "committed"]);
  });

  it("whose bytes were changed on the way is rejected, and its object removed", async () => {
    const key = await library.send("tampered.txt", text("tampered"));
    await system.store.remove([key]);
    await assemble(system, key, "TAMPERED");
    expect(await run(system, noPorts, { key, steps: [] })).toMatchObject({ kind: "rejected" });
    expect(await uploadOf(key)).toMatchObject({ state: "failed" });
    expect(await run(system, noPorts, { key, steps: [] })).toEqual({ kind: "gone" });
  });

  it("in whose place somebody put another file is refused; that file is kept, with its own time", async () => {
    const key = await library.send("mine.txt", text("mine"), { modifiedAt: "2001-02-03T04:05:06" });
    await putByHand(system, key, "yours");
    expect(await run(system, noPorts, { key, steps: [] })).toMatchObject({ kind: "ready" });
    expect(await uploadOf(key)).toMatchObject({ state: "failed" });
    expect((await rowOf(key))?.localAt).not.toContain("2001");
  });
});

it("only the service itself runs it", async () => {
  await expect(run(library.owner.ctx, noPorts, { key: "library/x/y", steps: [] })).rejects.toMatchObject({ code: "forbidden" });
});

describe.skipIf(!hasCorpus)("a photo that a browser sent", () => {
  it("is verified, safe, described, and has its derivatives in the store; its original stays as it was", async () => {
    const bytes = await readFile(corpus("phones/IMG_20180725_163423.jpg"));
    const key = await library.send("IMG_20180725_163423.jpg", bytes);
    expect(await library.ingest(key)).toMatchObject({ kind: "ready" });
    const row = (await rowOf(key))!;
    expect(row).toMatchObject({
      state: "ready",
      kind: "photo",
      type: "image/jpeg",
      width: 4048,
      height: 3036,
      localAt: "2018-07-25T16:34:23.935",
      offsetMinutes: 120,
      zone: "Europe/Prague",
      exif: { make: "Google", model: "Pixel", fNumber: 2, iso: 50 },
      derivedVersion: 1,
    });
    expect(row.thumbhash!.length).toBeGreaterThan(10);
    expect((await system.store.head(derivedKey(row, "thumb.webp", 1))).size).toBeGreaterThan(5000);
    expect((await system.store.head(derivedKey(row, "preview.jpg", 1))).size).toBeGreaterThan(50_000);
    expect(bytes.equals(await readFile(join(library.folder, key)))).toBe(true);
    expect(await library.ingest(key)).toMatchObject({ kind: "unchanged" });
  });
});
