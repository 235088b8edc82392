import { createHash } from "node:crypto";
import { ingestJob } from "#asset";
import { asset } from "#asset/table";
import { AppError, type Ctx } from "#kernel";
import * as Ingest from "#ingest";
import { ingest } from "#ingest/table";
import { job } from "#kernel/table";
import type { ObjectStore } from "#storage";
import * as Upload from "#upload";
import { upload } from "#upload/table";
import { drain, noPorts, putByHand, shows } from "@tintype/test/ingest";
import { openLibrary, type Library } from "@tintype/test/library";
import { fileOf, planOne, send } from "@tintype/test/upload";
import { eq } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { REST_MS } from "./inbox.ts";
import { look } from "./look.ts";
import { run } from "./run.ts";

/* A store that does not hold signed PUTs to their bytes: uploads arrive under incoming/. */

let library: Library;
beforeEach(async () => {
  // What is dropped now is at rest.
  library = await openLibrary({ pins: false, aheadMs: REST_MS + 1000 });
});
afterEach(() => library.close());

const store = () => library.system.store;
const keys = async (prefix = "") => (await store().list(prefix)).objects.map(({ key }) => key);
const textAt = async (key: string) => new Response(await store().get(key)).text();
const rowOf = async (id: string) => (await library.system.db.select().from(upload).where(eq(upload.id, id)))[0]!;
const assets = () => library.system.db.select().from(asset);
const statusOf = async (id: string) => (await Upload.status(library.owner.ctx, [id]))[0];
const all = () => drain(library.system);

/** Plans and sends a text; gives the upload's id and its two keys. */
async function sent(content: string, name = "a.txt", body = content) {
  const planned = await planOne(library.owner.ctx, fileOf(content, { name }));
  expect((await send(planned, body)).status).toBe(200);
  await Upload.complete(library.owner.ctx, planned.uploadId);
  const { source, key } = await rowOf(planned.uploadId);
  return { id: planned.uploadId, source: source!, key };
}

describe("a staged upload", () => {
  it("is verified, copied to its final key, verified there, and only then removed where it arrived", async () => {
    const { id, source, key } = await sent("first light", "Été.txt");
    expect(source).toBe(`incoming/anna/${id}`);
    await library.system.db.delete(job);
    expect(await run(library.system, noPorts, { key: source })).toEqual({ kind: "moving", to: key });
    expect(await keys()).toEqual([source, key]);
    expect(await statusOf(id)).toMatchObject({ state: "received", safe: false });
    expect(await all()).toEqual(["ready", "moved"]);
    expect(await keys()).toEqual([key]);
    expect(await textAt(key)).toBe("first light");
    expect(await statusOf(id)).toMatchObject({ state: "committed", safe: true });
    expect(await assets()).toMatchObject([{ key, name: "Été.txt", localAt: "2024-06-05T04:03:02" }]);
    expect(await library.system.db.select().from(ingest).where(eq(ingest.key, source))).toEqual([]);
  });

  it("is read once at each place", async () => {
    const { source } = await sent("read seldom");
    const read: string[] = [];
    const get: ObjectStore["get"] = (key, options) => {
      if (options?.start === undefined) read.push(key);
      return store().get(key, options);
    };
    await drain({ ...library.system, store: { ...store(), get } });
    expect(read.map((key) => key.split("/")[0])).toEqual(["incoming", "library"]);
    expect(await keys(source)).toEqual([]);
  });

  it.each([
    ["other bytes", "as announced", "AS ANNOUNCED", "The file changed while it was being uploaded. Add it again."],
    ["fewer bytes", "as announced", "as", "2 of 12 bytes arrived. Add the file again."],
  ])("with %s than were announced fails with the reason, and they are removed", async (_, content, body, reason) => {
    const { uploadId } = await planOne(library.owner.ctx, fileOf(content));
    await putByHand(library.system, (await rowOf(uploadId)).source!, body);
    await Upload.complete(library.owner.ctx, uploadId);
    expect(await all()).toEqual(["rejected"]);
    expect(await statusOf(uploadId)).toMatchObject({ state: "failed", reason, safe: false });
    expect(await keys()).toEqual([]);
    const again = await sent(content);
    expect(again.id).not.toBe(uploadId);
    await all();
    expect(await statusOf(again.id)).toMatchObject({ safe: true });
  });

  it("of bytes that the owner has got meanwhile is committed, and its copies are removed; never the last one", async () => {
    const { id, source, key } = await sent("twice");
    const elsewhere = await putByHand(library.system, `library/${library.owner.handle}/by-hand.txt`, "twice");
    await library.ingest(elsewhere);
    await store().copy(source, key);
    await all();
    expect(await keys("library/")).toEqual([elsewhere]);
    expect(await keys("incoming/")).toEqual([]);
    expect(await statusOf(id)).toMatchObject({ state: "committed", safe: true });
    await putByHand(library.system, source, "twice");
    await store().remove([elsewhere]);
    await run(library.system, noPorts, { key: source });
    await all();
    expect(await keys()).toEqual([key]);
    expect(await assets()).toMatchObject([{ key, missing: false }]);
  });

  it("whose place somebody has taken goes to another, and that file comes in as well", async () => {
    const { id, source, key } = await sent("mine");
    await putByHand(library.system, key, "yours");
    expect(await all()).toEqual(["moving", "ready", "moving", "ready", "moved"]);
    const row = await rowOf(id);
    expect(row).toMatchObject({ state: "committed" });
    expect([await textAt(key), await textAt(row.key)]).toEqual(["yours", "mine"]);
    expect(row.key).toMatch(/~[0-9a-f]{12}\.txt$/u);
    expect(await keys(source)).toEqual([]);
  });

  it("that was cancelled with its bytes there all the same comes in, under its name", async () => {
    const planned = await planOne(library.owner.ctx, fileOf("cancelled", { name: "kept.txt" }));
    await Upload.abort(library.owner.ctx, planned.uploadId);
    expect((await send(planned, "cancelled")).status).toBe(200);
    expect(await look(library.system)).toEqual({ listed: 1, hinted: 1, lists: 2 });
    await all();
    expect(await assets()).toMatchObject([{ name: "kept.txt", localAt: "2024-06-05T04:03:02" }]);
    expect(await keys("incoming/")).toEqual([]);
  });

  it("whose right bytes come after wrong ones had failed it comes in, under its name", async () => {
    const planned = await planOne(library.owner.ctx, fileOf("right", { name: "late.txt" }));
    await putByHand(library.system, (await rowOf(planned.uploadId)).source!, "wrong");
    await Upload.complete(library.owner.ctx, planned.uploadId);
    expect(await all()).toEqual(["rejected"]);
    expect((await send(planned, "right")).status).toBe(200);
    await look(library.system);
    await all();
    expect(await assets()).toMatchObject([{ name: "late.txt", localAt: "2024-06-05T04:03:02" }]);
    expect(await keys("incoming/")).toEqual([]);
  });

  it("is said to be received while it is on its way, and is asked for again when it went", async () => {
    const { id, source, key } = await sent("on its way");
    const file = fileOf("on its way", { name: "a.txt" });
    expect(await planOne(library.owner.ctx, file)).toMatchObject({ status: "received", uploadId: id });
    await store().copy(source, key);
    await store().remove([source]);
    expect(await planOne(library.owner.ctx, file)).toMatchObject({ status: "received", uploadId: id });
    await store().remove([key]);
    expect(await planOne(library.owner.ctx, file)).toMatchObject({ status: "put", uploadId: id });
  });

  it("may be sent again and again, and the last bytes count", async () => {
    const planned = await planOne(library.owner.ctx, fileOf("same size", { name: "a.txt" }));
    expect((await send(planned, "same SIZE")).status).toBe(200);
    expect((await send(planned, "same size")).status).toBe(200);
    await Upload.complete(library.owner.ctx, planned.uploadId);
    await all();
    expect(await statusOf(planned.uploadId)).toMatchObject({ safe: true });
  });

  it("in parts is put together where it is staged", async () => {
    const size = 64 * 2 ** 20;
    const body = "x".repeat(size);
    const sha256 = createHash("sha256").update(body).digest("hex");
    const { uploadId } = await planOne(library.owner.ctx, fileOf("", { name: "film.txt", size, sha256 }));
    const parts = await Upload.signParts(library.owner.ctx, uploadId, { from: 1, to: 4 });
    for (const { request } of parts) {
      const { status } = await fetch(request.url, { method: "PUT", headers: request.headers, body: body.slice(0, size / 4) });
      expect(status).toBe(200);
    }
    expect((await Upload.view(library.owner.ctx, uploadId)).parts).toHaveLength(4);
    await Upload.complete(library.owner.ctx, uploadId);
    expect(await all()).toEqual(["moving", "ready", "moved"]);
    const { key } = await rowOf(uploadId);
    expect(await keys()).toEqual([key]);
    expect(await statusOf(uploadId)).toMatchObject({ safe: true });
  });

  it("of which the database knows nothing any more, as after a restore, is taken in as its owner's", async () => {
    const { id, source } = await sent("acknowledged since the backup", "Sea.txt");
    await library.system.db.delete(job);
    await library.system.db.delete(upload);
    library.system.now = () => new Date(Date.now() + REST_MS + 1000);
    expect(await look(library.system)).toEqual({ listed: 1, hinted: 1, lists: 2 });
    expect(await all()).toEqual(["moving", "ready", "moved"]);
    expect(await keys()).toEqual([expect.stringMatching(new RegExp(`^library/anna/\\d{4}/\\d{2}/${id}~[0-9a-f]{8}`, "u"))]);
    expect(source).toContain(id);
  });

  it("of nobody whom we know is left alone", async () => {
    const key = "incoming/nobody/01900000-0000-7000-8000-000000000000";
    await putByHand(library.system, key, "whose?");
    expect(await look(library.system)).toEqual({ listed: 1, hinted: 0, lists: 2 });
    expect(await run(library.system, noPorts, { key })).toEqual({ kind: "ignored" });
    expect(await keys()).toHaveLength(1);
  });
});

/** Every change that a move makes to the store or the database is one after which, or before which, the process may be killed. */
describe("a process that is killed", { timeout: 60_000 }, () => {
  class Killed extends Error {}

  /** A ctx of which the `fatal`th change ends everything, before or after it is made; `made` counts them. */
  function mortal(fatal: number, after: boolean): { ctx: Ctx; made: () => number } {
    let made = 0;
    const die = async <T>(change: () => Promise<T>): Promise<T> => {
      if (++made < fatal) return change();
      if (made > fatal) throw new Killed();
      if (after) await change();
      throw new Killed();
    };
    const real = library.system;
    const db = new Proxy(real.db, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        const isChange = name === "insert" || name === "update" || name === "delete";
        if (isChange && ++made >= fatal) throw new Killed();
        if (name === "tx") return (work: Parameters<Ctx["db"]["tx"]>[0]) => die(() => target.tx(work));
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    const live = store();
    const queue: Ctx["queue"] = { ...real.queue, enqueue: (jobs) => die(() => real.queue.enqueue(jobs)) };
    const dying: Ctx = {
      ...real,
      db,
      queue,
      store: {
        ...live,
        copy: (...given) => die(() => live.copy(...given)),
        remove: (...given) => die(() => live.remove(...given)),
        removeSame: (...given) => die(() => live.removeSame(...given)),
      },
    };
    return { ctx: dying, made: () => made };
  }

  it.each([
    ["an upload", false, false],
    ["an upload that is taken in at once", false, true],
    ["a file in the inbox", true, false],
    ["a file in the inbox that is taken in at once", true, true],
  ])("at any point of the way of %s loses nothing and leaves nothing behind", async (_, isInbox, atOnce) => {
    const contents: string[] = [];
    for (let fatal = 1, isOver = false; !isOver; fatal++) {
      for (const after of [false, true]) {
        const content = `${isInbox} ${fatal} ${after}`;
        contents.push(content);
        const key = isInbox ? await putByHand(library.system, `inbox/anna/${fatal} ${after}.txt`, content) : (await sent(content)).source;
        // Hints that were given before are lost as well.
        await library.system.db.delete(job);
        await library.system.queue.enqueue([ingestJob(key)]);
        const { ctx, made } = mortal(fatal, after);
        await drain(ctx, noPorts, { atOnce }).catch((error: unknown) => expect(error).toBeInstanceOf(Killed));
        isOver = made() < fatal;
        expect(fatal).toBeLessThan(40);
      }
    }
    // The next process: all that it knows is in the store and the database.
    await library.system.db.delete(job);
    await look(library.system);
    await Ingest.sweep(library.system, { steps: [shows], afresh: true });
    await all();
    const rows = await assets();
    expect(new Set(await Promise.all(rows.map(({ key }) => textAt(key))))).toEqual(new Set(contents));
    expect(rows.filter(({ missing, state }) => missing || state !== "ready")).toEqual([]);
    expect(await keys()).toEqual(rows.map(({ key }) => key).toSorted());
    expect((await library.system.db.select().from(upload)).filter(({ state }) => state !== "committed")).toEqual([]);
  });
});

describe("two workers", () => {
  it("at one staged object at the same time make one asset, and lose nothing", async () => {
    for (let i = 0; i < 5; i++) {
      const { source } = await sent(`contended ${i}`, `${i}.txt`);
      const both = () => Promise.allSettled([1, 2, 3].map(() => run(library.system, noPorts, { key: source })));
      await both();
      await all();
      await Promise.all([both(), all()]);
      await all();
      expect(await keys(source)).toEqual([]);
    }
    expect(await assets()).toHaveLength(5);
    expect(await keys("library/")).toHaveLength(5);
  });
});

it("waits for a store that is away", async () => {
  const { source } = await sent("patient");
  const away: Ctx = { ...library.system, store: { ...store(), copy: () => Promise.reject(new AppError("storage_unavailable", "away")) } };
  await expect(run(away, noPorts, { key: source })).rejects.toMatchObject({ code: "storage_unavailable" });
  await all();
  expect(await keys("incoming/")).toEqual([]);
});

it("only the service itself runs it", async () => {
  await expect(run(library.owner.ctx, noPorts, { key: "incoming/x" })).rejects.toMatchObject({ code: "forbidden" });
});
