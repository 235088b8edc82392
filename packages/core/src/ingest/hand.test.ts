import { rename, rm, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { unpackDays } from "#geometry";
import { newId } from "#kernel";
import { job } from "#kernel/table";
import { metadata, type Step } from "#media";
import * as Timeline from "#timeline";
import * as Upload from "#upload";
import { asset } from "#asset/table";
import { timelineChunk } from "#timeline/table";
import { upload } from "#upload/table";
import { copyByHand, ingest, moveByHand, noPorts, putByHand, rowAt, shows, uploaded } from "@tintype/test/ingest";
import { addPerson } from "@tintype/test/person";
import { openLibrary, type Library } from "@tintype/test/library";
import { fileOf } from "@tintype/test/upload";
import { and, eq, ne } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { run } from "./run.ts";

let library: Library;
beforeEach(async () => {
  library = await openLibrary();
});
afterEach(() => library.close());

const textAt = async (key: string) => new Response(await library.system.store.get(key)).text();

describe("an uploaded file that a person changes in the folder", () => {
  it("is read afresh as the same asset when it is edited in place, and never removed", async () => {
    const key = await uploaded(library, "edited.txt", "as it was sent");
    const before = await rowAt(library.system, key);
    await putByHand(library.system, key, "as it was edited");
    expect(await ingest(library.system, key)).toMatchObject({ kind: "ready", assetId: before!.id });
    expect(await textAt(key)).toBe("as it was edited");
    expect(await rowAt(library.system, key)).toMatchObject({ size: 16, state: "ready" });
  });

  it("is verified again when it is only touched, and nothing is made again but what is due", async () => {
    const key = await uploaded(library, "touched.txt", "as it was sent");
    await writeFile(join(library.folder, key), "written by hand");
    const seen: string[] = [];
    const step = (name: string, version = 1): Step => ({
      name,
      version,
      run: () => Promise.resolve(void seen.push(`${name} ${version}`)).then(() => ({ reason: null })),
    });
    await ingest(library.system, key, [step("a"), step("b")]);
    const before = await rowAt(library.system, key);
    const touch = (year: number) => utimes(join(library.folder, key), new Date(), new Date(year, 1, 1));
    await touch(2001);
    expect(await ingest(library.system, key, [step("a"), step("b")])).toEqual({ kind: "unchanged", assetId: before!.id });
    const after = await rowAt(library.system, key);
    expect(after!.etag).not.toBe(before!.etag);
    expect(after).toEqual({ ...before!, etag: after!.etag, updatedAt: after!.updatedAt });
    await touch(2002);
    expect(await ingest(library.system, key, [step("a"), step("b", 2)])).toMatchObject({ kind: "ready" });
    expect(await ingest(library.system, key, [step("a"), step("b", 2)])).toMatchObject({ kind: "unchanged" });
    expect(seen).toEqual(["a 1", "b 1", "b 2"]);
  });

  it("is read once more when its first bytes come back, though a kill came before their steps were done", async () => {
    const key = await putByHand(library.system, `library/${library.owner.handle}/back.txt`, "first");
    await ingest(library.system, key);
    await putByHand(library.system, key, "other");
    await ingest(library.system, key);
    await putByHand(library.system, key, "first");
    const killed: Step = { ...shows, run: () => Promise.reject(new Error("killed")) };
    await expect(ingest(library.system, key, [killed])).rejects.toThrow("killed");
    let runs = 0;
    const counted: Step = { ...shows, run: async () => ({ reason: `read ${++runs} times` }) };
    await ingest(library.system, key, [counted]);
    expect(await rowAt(library.system, key)).toMatchObject({ reason: "read 1 times" });
  });

  it("keeps an edited copy under the old name when the original was renamed first", async () => {
    const key = await uploaded(library, "kept.txt", "the original");
    const original = await rowAt(library.system, key);
    const elsewhere = key.replace("kept", "kept-orig");
    await copyByHand(library.system, key, elsewhere);
    await putByHand(library.system, key, "the edited one");
    await ingest(library.system, elsewhere);
    await ingest(library.system, key);
    expect(await textAt(key)).toBe("the edited one");
    expect(await textAt(elsewhere)).toBe("the original");
    const rows = await library.system.db.select().from(asset);
    expect(new Set(rows.filter((row) => !row.missing).map((row) => row.key))).toEqual(new Set([elsewhere, key]));
    expect(rows.some((row) => row.id === original!.id)).toBe(true);
  });

  it("and takes away while the same photo is sent again is the one that was sent", async () => {
    const key = await uploaded(library, "first.txt", "the same bytes");
    const before = await rowAt(library.system, key);
    const again = await putByHand(library.system, key.replace("first", "second"), "the same bytes");
    const [sent] = await library.system.db.select().from(upload).where(eq(upload.key, key));
    await library.system.db.insert(upload).values({ ...sent!, id: newId(), key: again, state: "received", assetId: null });
    await rm(join(library.folder, key));
    await ingest(library.system, again);
    expect(await textAt(again)).toBe("the same bytes");
    expect(await rowAt(library.system, again)).toMatchObject({ id: before!.id, state: "ready", missing: false });
  });

  it("is where its copy lies when the first file is taken away; nobody else's copy is", async () => {
    const key = await uploaded(library, "first.txt", "kept twice");
    const before = await rowAt(library.system, key);
    const ben = await addPerson(library.system, "Ben");
    const [hers, his, hisOther] = [key.replace("first", "copy"), `library/${ben.handle}/a.txt`, `library/${ben.handle}/b.txt`];
    for (const each of [hers, his, hisOther]) await putByHand(library.system, each, "kept twice");
    expect((await ingest(library.system, hers)).kind).toBe("duplicate");
    expect([(await ingest(library.system, his)).kind, (await ingest(library.system, hisOther)).kind]).toEqual(["ready", "duplicate"]);

    await rm(join(library.folder, key));
    await library.system.store.remove([key]);
    expect(await ingest(library.system, key)).toEqual({ kind: "gone" });
    const hints = await library.system.db
      .select({ key: job.dedupe })
      .from(job)
      .where(and(eq(job.kind, "ingest"), ne(job.dedupe, key)));
    expect(hints.map((each) => each.key)).toEqual([hers]);
    await ingest(library.system, hers);
    expect(await rowAt(library.system, hers)).toMatchObject({ id: before!.id, state: "ready", reason: null, missing: false });
    expect((await ingest(library.system, hisOther)).kind).toBe("unchanged");
  });

  it("and moves away and copies back lies there, when the place that it moved to is cleared", async () => {
    const key = await putByHand(library.system, `library/${library.owner.handle}/first.txt`, "there and back");
    await ingest(library.system, key);
    const before = await rowAt(library.system, key);
    const away = key.replace("first", "away");
    await moveByHand(library.system, key, away);
    await ingest(library.system, away);
    expect(await rowAt(library.system, away)).toMatchObject({ id: before!.id });

    await copyByHand(library.system, away, key);
    expect((await ingest(library.system, key)).kind).toBe("duplicate");
    await library.system.store.remove([away]);
    expect(await ingest(library.system, away)).toEqual({ kind: "gone" });
    await ingest(library.system, key);
    expect(await rowAt(library.system, key)).toMatchObject({ id: before!.id, state: "ready", missing: false });
  });

  it("that is empty moves as any other", async () => {
    const key = await putByHand(library.system, `library/${library.owner.handle}/empty.txt`, "");
    await ingest(library.system, key);
    const before = await rowAt(library.system, key);
    const moved = await putByHand(library.system, key.replace("empty", "renamed"), "");
    await library.system.store.remove([key]);
    await ingest(library.system, moved);
    expect(await rowAt(library.system, moved)).toMatchObject({ id: before!.id, missing: false });
  });

  it("that takes another's name leaves that one missing, not the library stuck", async () => {
    const a = await uploaded(library, "a.txt", "bytes of a");
    const b = await uploaded(library, "b.txt", "bytes of b");
    const [rowA, rowB] = [await rowAt(library.system, a), await rowAt(library.system, b)];
    await moveByHand(library.system, b, a);
    await ingest(library.system, a);
    await ingest(library.system, b);
    expect(await rowAt(library.system, a)).toMatchObject({ id: rowB!.id, state: "ready", missing: false });
    expect(await rowAt(library.system, `lost/${rowA!.id}`)).toMatchObject({ state: "unprocessable", missing: true });
  });

  it("that swaps names with another takes both assets along", async () => {
    const a = await uploaded(library, "a.txt", "bytes of a");
    const b = await uploaded(library, "b.txt", "bytes of b");
    const [rowA, rowB] = [await rowAt(library.system, a), await rowAt(library.system, b)];
    await putByHand(library.system, a, "bytes of b");
    await putByHand(library.system, b, "bytes of a");
    for (const key of [a, b, a]) await ingest(library.system, key);
    expect(await rowAt(library.system, a)).toMatchObject({ id: rowB!.id, missing: false });
    expect(await rowAt(library.system, b)).toMatchObject({ id: rowA!.id, missing: false });
  });

  it("is taken again when its original is gone, and is not called safe meanwhile", async () => {
    const key = await uploaded(library, "gone.txt", "gone");
    const before = await rowAt(library.system, key);
    await library.system.store.remove([key]);
    expect(await ingest(library.system, key)).toEqual({ kind: "gone" });
    const [planned] = await Upload.plan(library.owner.ctx, [fileOf("gone", { name: "gone.txt" })]);
    expect(planned?.status).toBe("put");
    await ingest(library.system, await library.send("gone.txt", utf8ToBytes("gone")));
    const [after] = await library.system.db.select().from(asset);
    expect(after).toMatchObject({ id: before!.id, missing: false, state: "ready" });
    expect((await Upload.plan(library.owner.ctx, [fileOf("gone", { name: "gone.txt" })]))[0]?.status).toBe("have");
  });

  it("and takes away while nobody looks is not called safe when it is dropped again, and comes back as the same asset", async () => {
    const key = await uploaded(library, "unnoticed.txt", "taken away");
    const before = await rowAt(library.system, key);
    await library.system.db.delete(job);
    await rm(join(library.folder, key));
    const again = await library.send("unnoticed.txt", utf8ToBytes("taken away"));
    const hints = await library.system.db.select({ key: job.dedupe }).from(job);
    expect(new Set(hints.map((hint) => hint.key))).toEqual(new Set([key, again]));
    expect(await ingest(library.system, key)).toEqual({ kind: "gone" });
    expect(await rowAt(library.system, key)).toMatchObject({ state: "unprocessable", missing: true });
    await ingest(library.system, again);
    expect(await textAt(again)).toBe("taken away");
    expect(await rowAt(library.system, again)).toMatchObject({ id: before!.id, state: "ready", missing: false });
  });

  it("is neither there nor gone while the folder of the whole library is away", async () => {
    const key = await uploaded(library, "away.txt", "for a while");
    await library.system.db.delete(job);
    await rename(library.folder, `${library.folder}-away`);
    const again = Upload.plan(library.owner.ctx, [fileOf("for a while", { name: "away.txt" })]);
    await expect(again).rejects.toMatchObject({ code: "storage_unavailable" });
    await rename(`${library.folder}-away`, library.folder);
    expect(await library.system.db.select().from(job)).toEqual([]);
    expect(await rowAt(library.system, key)).toMatchObject({ state: "ready", missing: false });
    expect(await Upload.plan(library.owner.ctx, [fileOf("for a while", { name: "away.txt" })])).toMatchObject([{ status: "have" }]);
  });

  it("has its new name and its old date when it is renamed, though the store knows only when that was", async () => {
    const key = await library.send("scan.txt", utf8ToBytes("a scan"));
    await ingest(library.system, key, [metadata]);
    const before = await rowAt(library.system, key);
    expect(before).toMatchObject({ provenance: { localAt: "mtime" } });
    const renamed = key.replace(/[^/]+$/u, "Grandma scan.txt");
    await moveByHand(library.system, key, renamed);
    await ingest(library.system, key, [metadata]);
    await ingest(library.system, renamed, [metadata]);
    const { id, localAt, offsetMinutes, provenance } = before!;
    expect(await rowAt(library.system, renamed)).toMatchObject({
      id,
      name: "Grandma scan.txt",
      localAt,
      offsetMinutes,
      provenance,
      missing: false,
    });

    const moved = renamed.replace(/\/\d{4}\/\d{2}\//u, "/1990/01/");
    await moveByHand(library.system, renamed, moved);
    await ingest(library.system, moved, [metadata]);
    await putByHand(library.system, moved, "a better scan");
    await ingest(library.system, moved, [metadata]);
    expect(await rowAt(library.system, moved)).toMatchObject({ id, name: "Grandma scan.txt", localAt, size: 13 });
  });

  it("that was a photo with a place and is a text now tells nothing of the photo any more", async () => {
    const exif = { DateTimeOriginal: "2018:07:25 16:34:23", GPSLatitude: [50, 4, 32], GPSLongitude: [14, 26, 16] };
    const words = { ImageDescription: "At home", Make: "Google", Orientation: 6 };
    const tags = { exif: { ...exif, ...words }, xmp: {}, iptc: {}, png: {}, icc: {} };
    const ports = { ...noPorts, metadata: { read: () => Promise.resolve(tags) } };
    const key = await library.send("place.jpg", new Uint8Array([0xff, 0xd8, 0xff, 0xe0]));
    const shape: Step = { name: "shape", version: 1, run: () => Promise.resolve({ width: 4, height: 3, durationMs: 5 }) };
    await run(library.system, ports, { key, steps: [metadata, shape] });
    expect(await rowAt(library.system, key)).toMatchObject({ zone: "Europe/Prague", description: "At home", orientation: 6, width: 4 });

    await putByHand(library.system, key, "a letter");
    await run(library.system, noPorts, { key, steps: [metadata], giveUp: "It was too much." });
    const nothing = { latitude: null, longitude: null, zone: null, description: null, exif: {} };
    const shapeless = { width: null, height: null, orientation: null, durationMs: null };
    expect(await rowAt(library.system, key)).toMatchObject({ ...nothing, ...shapeless, localAt: "2018-07-25T16:34:23", size: 8 });
    expect((await rowAt(library.system, key))!.provenance).toEqual({ localAt: "DateTimeOriginal", offset: "zone" });
  });

  it("is in one month only when its new bytes have another date", async () => {
    const dated = (localAt: string): Step => ({ name: "date", version: 1, run: () => Promise.resolve({ localAt, reason: null }) });
    const key = await library.send("dated.txt", utf8ToBytes("in May"));
    await ingest(library.system, key, [dated("2024-05-01T10:00:00")]);
    await Timeline.refresh(library.system, library.owner.id);
    await putByHand(library.system, key, "in June");
    await ingest(library.system, key, [dated("2024-06-01T10:00:00")]);
    await Timeline.refresh(library.system, library.owner.id);
    const chunks = await library.system.db.select().from(timelineChunk);
    const counts = chunks.filter((chunk) => chunk.count > 0).map((chunk) => [chunk.month, unpackDays(chunk.days)]);
    expect(counts).toEqual([[2024 * 12 + 5, [[1, 1]]]]);
  });
});
