import { AppError, type Ctx } from "@tintype/core/kernel";
import { asset } from "@tintype/core/asset/table";
import { job } from "@tintype/core/kernel/table";
import type { Ports } from "@tintype/core/media";
import { type Line, recorder } from "@tintype/test/api";
import { useDatabase } from "@tintype/test/database";
import { noPorts, putByHand } from "@tintype/test/ingest";
import { addPerson, addShown, systemOn } from "@tintype/test/person";
import { useStore } from "@tintype/test/store";
import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { ingestKind } from "./ingest.ts";
import { sweepKind, sweepLibrary } from "./sweep.ts";

const database = useDatabase();
const store = useStore();
let system: Ctx;
let lines: Line[];
let key: string;

beforeEach(async () => {
  lines = [];
  system = systemOn(database(), { store: store(), log: recorder(lines) });
  await addPerson(system, "Anna");
  key = await putByHand(system, "library/anna/a.jpg", "\u00ff\u00d8\u00ff is no JPEG in UTF-8");
});

const rowOf = async () => (await system.db.select().from(asset).where(eq(asset.key, key)))[0];
/** Ports whose decoder ends so. The object is made a JPEG by its first bytes. */
const failing = (cause: Error): Ports => ({
  ...noPorts,
  metadata: { read: async () => ({ exif: {}, xmp: {}, iptc: {}, png: {}, icc: {} }) },
  image: {
    ...noPorts.image,
    derive: async () => {
      throw cause;
    },
  },
});
const jpeg = () => store().put(key, new Uint8Array([0xff, 0xd8, 0xff, 0xe0]), { type: "image/jpeg" });

describe("a job of the kind ingest", () => {
  it("is done when the file is dealt with, whatever became of it", async () => {
    await ingestKind(noPorts).run(system, { key }, 1);
    expect(await rowOf()).toMatchObject({ state: "unprocessable", reason: "The name says that it is a JPEG, but the file is plain text." });
    expect(lines).toContainEqual(expect.objectContaining({ event: "ingested", key, kind: "unprocessable" }));
  });

  it("comes again while something is away, however often", async () => {
    await jpeg();
    const { run } = ingestKind(failing(new AppError("decoder_unavailable", "image-child did not start")));
    for (const attempt of [1, 3, 4]) await expect(run(system, { key }, attempt)).rejects.toMatchObject({ code: "decoder_unavailable" });
    expect(await rowOf()).toMatchObject({ state: "stored" });
  });

  it("comes again after a failure of ours, and gives the file up after a few", async () => {
    await jpeg();
    const { run } = ingestKind(failing(new Error("a bug")));
    for (const attempt of [1, 2, 3]) await expect(run(system, { key }, attempt)).rejects.toThrow("a bug");
    await run(system, { key }, 4);
    expect(await rowOf()).toMatchObject({
      state: "unprocessable",
      reason: "Something went wrong while this file was read. It is kept as it is.",
    });
    await run(system, { key }, 1);
    expect(lines.filter(({ event }) => event === "ingest given up")).toHaveLength(1);
  });

  it("gives a file up without another try when the process was killed at it each time", async () => {
    await jpeg();
    let tries = 0;
    const deadly = async () => {
      tries++;
      throw new Error("killed");
    };
    const ports: Ports = { ...noPorts, metadata: { read: deadly } };
    await ingestKind(ports).run(system, { key }, 5);
    expect([tries, (await rowOf())?.state]).toEqual([0, "unprocessable"]);
  });

  it("moves what is staged on its way, and goes by the name of a file at which the process was killed each time", async () => {
    const deadly: Ports = { ...noPorts, metadata: { read: () => Promise.reject(new Error("killed")) } };
    const staged = "inbox/anna/IMG_20010203_040506.jpg";
    await store().put(staged, new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 7]), { type: "image/jpeg" });
    const later: Ctx = { ...system, now: () => new Date(Date.now() + 60_000) };
    await expect(ingestKind(deadly).run(later, { key: staged }, 1)).rejects.toThrow("killed");
    await ingestKind(deadly).run(later, { key: staged }, 5);
    const { objects } = await store().list("library/anna/2001/02/");
    expect(objects).toHaveLength(1);
    await store().remove([staged, ...objects.map((object) => object.key)]);
  });

  it("takes what is staged in at once, and after a try that came to no end leaves its copy to a job of its own", async () => {
    system = { ...system, now: () => new Date(Date.now() + 60_000) };
    const drop = (name: string) => putByHand(system, `inbox/anna/${name}.txt`, `dropped as ${name}`);
    const jobs = async () => (await system.db.select({ key: job.dedupe }).from(job).where(eq(job.kind, "ingest"))).map((one) => one.key);
    await ingestKind(noPorts).run(system, { key: await drop("first") }, 1);
    expect([await system.db.select({ name: asset.name }).from(asset), await jobs()]).toEqual([[{ name: "first.txt" }], []]);
    await ingestKind(noPorts).run(system, { key: await drop("second") }, 2);
    expect([await system.db.select({ name: asset.name }).from(asset), await jobs()]).toEqual([
      [{ name: "first.txt" }],
      [expect.stringMatching(/^library\/anna\/.*second~/u)],
    ]);
    const left = (await store().list("")).objects.filter((one) => /first|second/u.test(one.key));
    await store().remove(left.map((one) => one.key));
  });

  it("with another payload is refused", async () => {
    await expect(ingestKind(noPorts).run(system, { name: "x" }, 1)).rejects.toThrow("expected string");
  });
});

describe("the sweep", () => {
  it("is put off while the store is away, and only then", async () => {
    const away: Ctx = { ...system, store: { ...store(), list: () => Promise.reject(new AppError("storage_unavailable", "away")) } };
    await sweepLibrary(away);
    expect(lines.map(({ event }) => event)).toEqual(["sweep put off"]);
    const broken: Ctx = { ...system, store: { ...store(), list: () => Promise.reject(new Error("a bug")) } };
    await expect(sweepLibrary(broken)).rejects.toThrow("a bug");
  });

  it("asks again for the timelines with changed months whose refresh was lost, also while the store is away", async () => {
    const ben = await addPerson(system, "Ben");
    await addShown(system, ben.id, "2026-11-01T10:00:00");
    await system.db.delete(job);
    await sweepLibrary({ ...system, store: { ...store(), list: () => Promise.reject(new AppError("storage_unavailable", "away")) } });
    expect(await system.db.select({ kind: job.kind, dedupe: job.dedupe }).from(job)).toEqual([{ kind: "timeline", dedupe: ben.id }]);
  });

  it("finds what waits in the inbox", async () => {
    const staged = await putByHand(system, "inbox/anna/b.txt", "dropped");
    await sweepLibrary(system);
    expect(lines).toContainEqual(expect.objectContaining({ event: "swept what is staged", hinted: 1 }));
    expect(await system.db.select({ dedupe: job.dedupe }).from(job)).toContainEqual({ dedupe: staged });
    await store().remove([staged]);
  });

  it("goes over the library as often as it is told to", async () => {
    let time = Date.now();
    const at: Ctx = { ...system, now: () => new Date(time) };
    const found = async () => {
      lines.length = 0;
      await sweepLibrary(at, { roundMs: 3_600_000 });
      return lines.some(({ event }) => event === "swept");
    };
    expect(await found()).toBe(true);
    time += 30 * 60_000;
    expect(await found()).toBe(false);
    time += 31 * 60_000;
    expect(await found()).toBe(true);
  });

  it("tells the log what it found", async () => {
    await sweepLibrary(system);
    expect(lines).toContainEqual(expect.objectContaining({ event: "swept", hinted: 1 }));
  });

  it("begins anew for an account that was made after it had been everywhere", async () => {
    await putByHand(system, "library/bea/b.jpg", "hers");
    await sweepLibrary(system);
    await sweepLibrary(system);
    await addPerson(system, "Bea");
    await system.db.delete(job);
    await sweepKind.run(system, {}, 1);
    expect(await system.db.select({ dedupe: job.dedupe }).from(job).where(eq(job.kind, "ingest"))).toContainEqual({
      dedupe: "library/bea/b.jpg",
    });
  });
});
