import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { job } from "#kernel/table";
import { useAnna } from "@tintype/test/anna";
import { addAsset, addPerson } from "@tintype/test/person";
import { storeAway, useStore } from "@tintype/test/store";
import { fileOf, planOne as planFor, send } from "@tintype/test/upload";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { commit, fail, refuse } from "./expected.ts";
import { plan, type Planned } from "./plan.ts";
import type { NewFile } from "./rules.ts";
import { upload } from "./upload.sql.ts";

const store = useStore();
const MIB = 1024 ** 2;

const here = useAnna(() => ({ store: store() }));

const planOne = (file: NewFile, ctx = here.anna.ctx) => planFor(ctx, file);
const rows = () => here.system.db.select().from(upload).where(eq(upload.ownerId, here.anna.id));
const idOf = (answer: Planned | undefined) => (answer && "uploadId" in answer ? answer.uploadId : undefined);
const hashOf = (content: string): string => fileOf(content).sha256;

/** An asset of Anna's whose original is really at the store. */
async function kept(content: string, key: string): Promise<string> {
  const bytes = utf8ToBytes(content);
  const { etag } = await store().put(key, bytes, { type: "image/jpeg" });
  return addAsset(here.system, here.anna.id, "2024-01-01T00:00:00", { key, etag, size: bytes.length, sha256: sha256(bytes) });
}

describe("planning an upload", () => {
  it("answers with a request that writes exactly these bytes, once", async () => {
    const answer = await planOne(fileOf("first light"));
    expect((await send(answer, "other bytes")).status).toBe(400);
    expect((await send(answer, "first light, and more")).status).toBe(403);
    expect((await send(answer, "first light", { "content-type": "text/html" })).status).toBe(403);
    expect((await send(answer, "first light")).status).toBe(200);
    expect((await send(answer, "first light")).status).toBe(412);
    const [row] = await rows();
    expect(await store().head(row!.key)).toMatchObject({ size: 11, type: "image/jpeg" });
  });

  it("keeps what ingest needs to know, and chooses the folder by when the photo was taken", async () => {
    await plan(here.anna.ctx, [fileOf("a", { name: "Été.heic", modifiedOffset: -210, takenAt: "2019-12-31T23:59:59" })]);
    expect(await rows()).toMatchObject([
      {
        state: "open",
        key: `library/anna/2019/12/Ete~${hashOf("a").slice(0, 8)}.heic`,
        name: "Été.heic",
        size: 1,
        modifiedAt: "2024-06-05T04:03:02",
        modifiedOffset: -210,
      },
    ]);
  });

  it("answers in the order of the files, each on its own", async () => {
    const id = await kept("known", "library/anna/known.jpg");
    const answers = await plan(here.anna.ctx, [
      fileOf("known"),
      fileOf("", { size: 0 }),
      fileOf("new"),
      fileOf("big", { size: 64 * MIB }),
      fileOf("x", { name: "x".repeat(10_000) }),
      fileOf("huge", { size: 6 * 1024 ** 4 }),
    ]);
    expect(answers).toMatchObject([
      { status: "have", assetId: id },
      { status: "refused", code: "empty" },
      { status: "put", request: { method: "PUT" } },
      { status: "multipart", partSize: 16 * MIB, partCount: 4 },
      { status: "refused", code: "name_too_long" },
      { status: "refused", code: "too_large" },
    ]);
    expect(await rows()).toHaveLength(2);
  });

  it("takes the same bytes twice in a batch as one upload", async () => {
    const answers = await plan(here.anna.ctx, [fileOf("same"), fileOf("same", { name: "copy.jpg", modifiedAt: "2020-01-01T00:00:00" })]);
    expect(idOf(answers[0])).toBeDefined();
    expect(idOf(answers[1])).toBe(idOf(answers[0]));
    expect(await rows()).toHaveLength(1);
  });

  it("resumes an upload that is open: the same upload and key, a new request, its whole life again", async () => {
    const first = await planOne(fileOf("resumed"));
    const later = { ...here.anna.ctx, now: () => new Date(Date.now() + 3_600_000) };
    const [before] = await rows();
    const second = await planOne(fileOf("resumed", { name: "renamed.jpg" }), later);
    const [after, ...others] = await rows();
    expect(idOf(second)).toBe(idOf(first));
    expect(others).toEqual([]);
    expect(after!.key).toBe(before!.key);
    expect(after!.expiresAt.getTime() - before!.expiresAt.getTime()).toBeGreaterThan(3_500_000);
    expect((await send(second, "resumed")).status).toBe(200);
  });

  it.each([3, 64 * 1024 ** 2])(
    "lets a file of %i bytes wait when it is at the store and being verified, else be sent again",
    async (size) => {
      const file = fileOf("abc", { size });
      const { uploadId } = await planOne(file);
      const [row] = await rows();
      await here.system.db.update(upload).set({ state: "received", multipartId: size > 3 ? "put together" : null });
      await store().put(row!.key, new TextEncoder().encode("abc"), { type: "image/jpeg" });
      expect(await planOne(file)).toMatchObject({ status: "received", uploadId });
      await store().remove([row!.key]);
      expect(await planOne(file)).toMatchObject({ status: size > 3 ? "multipart" : "put", uploadId });
      expect(await rows()).toMatchObject([{ state: "open", multipartId: null }]);
    },
  );

  it("gives a multipart upload two days, a single request one", async () => {
    const now = new Date("2026-11-24T12:00:00Z");
    const at = { ...here.anna.ctx, now: () => now };
    await plan(at, [fileOf("small"), fileOf("big", { size: 64 * MIB })]);
    await plan(at, [fileOf("small"), fileOf("big", { size: 64 * MIB })]);
    const lives = Object.fromEntries((await rows()).map((row) => [row.size, row.expiresAt.toISOString()]));
    expect(lives).toEqual({ 5: "2026-11-25T12:00:00.000Z", [64 * MIB]: "2026-11-26T12:00:00.000Z" });
  });

  it("plans a failed upload afresh at the same key, however often it has failed", async () => {
    const ids: unknown[] = [];
    for (let failed = 0; failed < 5; failed++) {
      ids.push(idOf(await planOne(fileOf("broken"))));
      await fail(here.system, (await rows())[0]!.key, "The file changed while it was uploaded.");
    }
    expect(new Set(ids).size).toBe(5);
    expect(new Set((await rows()).map((row) => row.key)).size).toBe(1);
  });

  it("sends a file again, without the old reason, whose bytes were refused and removed", async () => {
    const { uploadId } = await planOne(fileOf("refused"));
    await refuse(here.system, (await rows())[0]!.key, "3 of 7 bytes arrived. Add the file again.");
    expect(await planOne(fileOf("refused"))).toMatchObject({ status: "put", uploadId });
    expect(await rows()).toMatchObject([{ state: "open", reason: null }]);
  });

  it("gives a longer hash to a file whose name and first digits another one has", async () => {
    const twin = (tail: string): NewFile => fileOf("abc", { sha256: `aaaaaaaa${tail.repeat(56)}` });
    await addAsset(here.system, here.anna.id, "2024-06-05T04:03:02", { key: "library/anna/2024/06/IMG_1~aaaaaaaa.jpg" });
    await plan(here.anna.ctx, [twin("b"), twin("c")]);
    await plan(here.anna.ctx, [twin("d")]);
    expect((await rows()).map((row) => row.key.split("~")[1] ?? "").toSorted()).toEqual([
      "aaaaaaaabbbb.jpg",
      "aaaaaaaacccc.jpg",
      "aaaaaaaadddd.jpg",
    ]);
  });

  it("knows nothing of another's library: the same bytes are no secret shared", async () => {
    await addAsset(here.system, here.anna.id, "2024-01-01T00:00:00", { sha256: sha256(utf8ToBytes("hers")) });
    await planOne(fileOf("also hers"));
    const ben = await addPerson(here.system, "Ben");
    const answers = await plan(ben.ctx, [fileOf("hers"), fileOf("also hers")]);
    expect(answers.map(({ status }) => status)).toEqual(["put", "put"]);
    expect(await rows()).toHaveLength(1);
  });

  it("knows a file as soon as it is committed", async () => {
    await planOne(fileOf("done"));
    const { key } = (await rows())[0]!;
    const id = await kept("done", key);
    await commit(here.system, key, id);
    expect(await plan(here.anna.ctx, [fileOf("done")])).toEqual([{ status: "have", assetId: id }]);
  });

  it("says of no file that it has it when its original has gone or is another now: ingest looks there, and the file may be sent", async () => {
    const id = await kept("still there", "library/anna/still.jpg");
    await kept("taken away", "library/anna/away.jpg");
    await kept("edited", "library/anna/edited.jpg");
    await store().remove(["library/anna/away.jpg"]);
    await store().put("library/anna/edited.jpg", utf8ToBytes("other!"), { type: "image/jpeg" });
    const answers = await plan(here.anna.ctx, [fileOf("taken away"), fileOf("still there"), fileOf("edited")]);
    expect(answers).toMatchObject([{ status: "put" }, { status: "have", assetId: id }, { status: "put" }]);
    const hints = await here.system.db.select({ kind: job.kind, key: job.dedupe }).from(job);
    expect(hints.map(({ kind, key }) => `${kind} ${key}`).toSorted()).toEqual([
      "ingest library/anna/away.jpg",
      "ingest library/anna/edited.jpg",
    ]);
    expect((await send(answers[0]!, "taken away")).status).toBe(200);
  });

  it("says that the store does not answer, and neither that it has a file nor that it has not", async () => {
    await kept("who knows", "library/anna/unknown.jpg");
    const away = storeAway();
    await expect(plan({ ...here.anna.ctx, store: away }, [fileOf("who knows")])).rejects.toMatchObject({ code: "storage_unavailable" });
    away.close();
    expect(await rows()).toEqual([]);
    expect(await here.system.db.select().from(job)).toEqual([]);
  });

  it.each([
    "..",
    "a/../../b.jpg",
    "a\nb.jpg",
    "\u202Egpj.exe",
    "日本語.jpg",
    "Ёлка.jpg",
    "𠮷野家.jpg",
    "😀.jpg",
    "a\u0000b\uD800.jpg",
    "x".repeat(1024),
    " .jpg",
  ])("takes a file named %j, and keeps it in its folder", async (name) => {
    const content = `named ${name.slice(0, 20)}`;
    const answer = await planOne(fileOf(content, { name }));
    const [row] = await rows();
    expect(row!.name).toBe(name.replaceAll("\u0000", "\u{FFFD}").replaceAll("\uD800", "\u{FFFD}"));
    expect(row!.key).toMatch(/^library\/anna\/2024\/06\/[\p{L}\w.-]+~[0-9a-f]{8}\.\w+$/u);
    expect((await send(answer, content)).status).toBe(200);
  });

  it("is for signed-in people", async () => {
    await expect(plan({ ...here.system, actor: { kind: "anonymous" } }, [fileOf("x")])).rejects.toMatchObject({ code: "unauthenticated" });
  });
});
