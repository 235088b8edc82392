import { createHash } from "node:crypto";
import { asset } from "#asset/table";
import * as Ingest from "#ingest";
import type { Ctx } from "#kernel";
import { job } from "#kernel/table";
import type { Step } from "#media";
import type { ObjectStore } from "#storage";
import { upload } from "#upload/table";
import { assemble, drain, noPorts, putByHand, shows } from "@tintype/test/ingest";
import { openLibrary, type Library } from "@tintype/test/library";
import { fileOf, planOne, send } from "@tintype/test/upload";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { REST_MS } from "./inbox.ts";
import { run } from "./run.ts";

/* What is staged is taken in with the bytes that were read there, where the store proves that the copy has them. */

let library: Library;
beforeEach(async () => {
  // What is dropped now is at rest.
  library = await openLibrary({ pins: false, aheadMs: REST_MS + 1000 });
});
afterEach(() => library.close());

const steps = [shows];
const store = () => library.system.store;
const keys = async (prefix = "") => (await store().list(prefix)).objects.map(({ key }) => key);
const assets = () => library.system.db.select().from(asset);
const hinted = async () =>
  (await library.system.db.select({ key: job.dedupe, kind: job.kind }).from(job)).filter(({ kind }) => kind === "ingest");
const drop = (name: string, content: string) => putByHand(library.system, `inbox/anna/${name}`, content);

/** A ctx whose store is asked so, and what it was asked for, by place. */
function watched(change: Partial<ObjectStore> = {}): { ctx: Ctx; asked: string[] } {
  const asked: string[] = [];
  const real = { ...store(), ...change };
  const noted = <Answer>(what: string, key: string, ask: () => Answer): Answer => {
    asked.push(`${what} ${key.split("/")[0]}`);
    return ask();
  };
  const noting: Partial<ObjectStore> = {
    head: (key) => noted("head", key, () => real.head(key)),
    open: (key) => noted("open", key, () => real.open(key)),
    get: (key, options) => noted(options?.end === 0 ? "look" : "get", key, () => real.get(key, options)),
    copy: (from, to, options) => noted("copy", to, () => real.copy(from, to, options)),
    removeSame: (version) => noted("remove", version.key, () => real.removeSame(version)),
  };
  return { ctx: { ...library.system, store: { ...real, ...noting } }, asked };
}

describe("what is staged and read for the first time", () => {
  it("is safe in the library and lies there no more, read once, and nobody is told of it", async () => {
    const key = await drop("once.txt", "read once");
    const { ctx, asked } = watched();
    const moved = await run(ctx, noPorts, { key, steps });
    const [row] = await assets();
    expect(moved).toEqual({ kind: "moved", assetId: row?.id });
    expect(row).toMatchObject({ state: "ready", name: "once.txt", size: 9, etag: (await store().head(row!.key)).etag });
    expect(asked).toEqual(["open inbox", "look library", "copy library", "remove inbox"]);
    expect(await keys()).toEqual([row!.key]);
    expect(await hinted()).toEqual([]);
    expect(await library.system.db.select({ state: upload.state }).from(upload)).toEqual([{ state: "committed" }]);
    expect(await Ingest.run(library.system, noPorts, { key: row!.key, steps })).toMatchObject({ kind: "unchanged" });
  });

  it("is the same of an upload that is staged", async () => {
    const planned = await planOne(library.owner.ctx, fileOf("sent"));
    expect((await send(planned, "sent")).status).toBe(200);
    const [{ source }] = (await library.system.db.select({ source: upload.source }).from(upload)) as [{ source: string }];
    const { ctx, asked } = watched();
    expect(await run(ctx, noPorts, { key: source, steps })).toMatchObject({ kind: "moved" });
    expect(asked).toEqual(["head incoming", "get incoming", "look library", "copy library", "remove incoming"]);
    expect(await keys("incoming/")).toEqual([]);
    expect(await hinted()).toEqual([]);
  });

  it("is proven by what was read, whatever etag its source has", async () => {
    const key = "inbox/anna/parts.txt";
    await assemble(library.system, key, "in parts");
    expect((await store().head(key)).etag).toMatch(/-1$/u);
    expect(await run(library.system, noPorts, { key, steps })).toMatchObject({ kind: "moved" });
    expect(await assets()).toMatchObject([{ etag: createHash("md5").update("in parts").digest("hex") }]);
  });
});

describe("a copy that the store does not prove is read where it lies", () => {
  const otherwise: [string, (real: ObjectStore) => Partial<ObjectStore>][] = [
    [
      "its etag is no MD5",
      (real) => ({ copy: async (...given) => ({ ...(await real.copy(...given)), etag: "b1946ac92492d2347c6235b4d2611184-2" }) }),
    ],
    ["its time is not told", (real) => ({ copy: async (...given) => ({ etag: (await real.copy(...given)).etag }) })],
  ];

  it.each(otherwise)("when %s", async (_, change) => {
    const key = await drop("unproven.txt", "unproven");
    const { ctx } = watched(change(store()));
    const moved = await run(ctx, noPorts, { key, steps });
    expect(moved).toMatchObject({ kind: "moving" });
    expect(await assets()).toEqual([]);
    expect(await hinted()).toEqual([{ kind: "ingest", key: moved.kind === "moving" ? moved.to : "" }]);
    expect(await drain(library.system)).toEqual(["ready", "moved"]);
    expect(await keys("inbox/")).toEqual([]);
  });

  it("is looked for once when it is safe, before its source is removed", async () => {
    const [[, change]] = otherwise as [(typeof otherwise)[number]];
    const key = await drop("unproven.txt", "unproven");
    const moved = await run(watched(change(store())).ctx, noPorts, { key, steps });
    await library.ingest(moved.kind === "moving" ? moved.to : "");
    const { ctx, asked } = watched();
    expect(await run(ctx, noPorts, { key, steps })).toMatchObject({ kind: "moved" });
    expect(asked).toEqual(["open inbox", "look library", "remove inbox"]);
  });

  it("when other bytes came to its source before, and the store copies what is there", async () => {
    const key = await drop("changing.txt", "the first");
    const copy: ObjectStore["copy"] = async (from, to) => {
      await drop("changing.txt", "the other");
      return store().copy(from, to);
    };
    expect(await run(watched({ copy }).ctx, noPorts, { key, steps })).toMatchObject({ kind: "moving" });
    expect(await assets()).toEqual([]);
    await drain(library.system);
    await drain(library.system);
    const rows = await assets();
    const contents = await Promise.all(rows.map(async (row) => new Response(await store().get(row.key)).text()));
    expect(contents).toEqual(["the other"]);
    expect(await keys("inbox/")).toEqual([]);
  });
});

describe("a try that comes to no end", () => {
  const fails: Step = { name: "shows", version: 1, run: () => Promise.reject(new Error("killed")) };

  it("has made the bytes safe; the next one removes them where they were staged, and has the rest done at their own key", async () => {
    const key = await drop("half.txt", "half-way");
    await expect(run(library.system, noPorts, { key, steps: [fails] })).rejects.toThrow("killed");
    const [row] = await assets();
    expect([row?.state, await keys("inbox/")]).toEqual(["stored", [key]]);
    expect(await run(library.system, noPorts, { key })).toEqual({ kind: "moved", assetId: row!.id });
    expect(await keys()).toEqual([row!.key]);
    expect(await hinted()).toEqual([{ kind: "ingest", key: row!.key }]);
    expect((await drain(library.system))[0]).toBe("ready");
    expect(await assets()).toMatchObject([{ id: row!.id, state: "ready" }]);
  });
});

it("bytes that the library got elsewhere while they were copied are there once", async () => {
  const key = await drop("twin.txt", "twins");
  const copy: ObjectStore["copy"] = async (...given) => {
    const copied = await store().copy(...given);
    await library.ingest(await putByHand(library.system, "library/anna/by-hand.txt", "twins"));
    return copied;
  };
  await run(watched({ copy }).ctx, noPorts, { key, steps });
  await drain(library.system);
  expect(await keys()).toEqual(["library/anna/by-hand.txt"]);
  expect(await assets()).toMatchObject([{ key: "library/anna/by-hand.txt", missing: false }]);
});
