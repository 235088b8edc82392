import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import * as Account from "@tintype/core/account";
import { user } from "@tintype/core/account/table";
import type { Ctx } from "@tintype/core/kernel";
import * as Timeline from "@tintype/core/timeline";
import * as Upload from "@tintype/core/upload";
import { upload } from "@tintype/core/upload/table";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DATABASES } from "../support/databases.ts";
import { addPerson, addShown, systemOn } from "../support/person.ts";
import { useStore } from "../support/store.ts";
import { fileOf } from "../support/upload.ts";

const store = useStore();

describe.each(DATABASES)("at the same time on $name", { timeout: 60_000 }, ({ open }) => {
  let database: Awaited<ReturnType<typeof open>>;
  let system: Ctx;

  beforeAll(async () => {
    database = await open();
    system = systemOn(database.db, { store: store() });
  });
  afterAll(() => database.close());

  it("assets that are committed while the timeline is packed are in it in the end", async () => {
    const anna = await addPerson(system, `Anna-${crypto.randomUUID()}`);
    const writing = new AbortController();
    const refreshing = (async () => {
      while (!writing.signal.aborted) await Timeline.refresh(system, anna.id);
    })();
    const writers = Array.from({ length: 4 }, async (_, writer) => {
      for (let i = 0; i < 15; i++) await addShown(system, anna.id, `2026-${10 + ((writer + i) % 3)}-0${1 + (i % 9)}T10:00:00`);
    });
    await Promise.all(writers);
    writing.abort();
    await refreshing;
    await Timeline.refresh(system, anna.id);
    const { chunks, revision } = await Timeline.geometry(anna.ctx);
    expect(chunks.map(({ count, ratios }) => [count, ratios.length])).toEqual([20, 20, 20].map((count) => [count, count]));
    expect(Math.max(...chunks.map((chunk) => chunk.revision))).toBeLessThanOrEqual(revision);
  });

  it("two refreshes never give the same revision to different timelines", async () => {
    const anna = await addPerson(system, `Anna-${crypto.randomUUID()}`);
    for (const month of ["01", "02", "03"]) await addShown(system, anna.id, `2026-${month}-01T10:00:00`);
    const packed = await Promise.all([1, 2, 3].map(() => Timeline.refresh(system, anna.id)));
    expect(packed.reduce((sum, count) => sum + count, 0)).toBe(3);
    expect((await Timeline.head(anna.ctx)).revision).toBe(1);
  });

  it("plans of the same file become one upload, of files with the same start of their hash two keys", async () => {
    const anna = await addPerson(system, `Anna-${crypto.randomUUID()}`);
    const same = await Promise.all(Array.from({ length: 6 }, () => Upload.plan(anna.ctx, [fileOf("same")])));
    const ids = same.flat().map((answer) => ("uploadId" in answer ? answer.uploadId : answer.status));
    expect(new Set(ids).size).toBe(1);
    const twin = (tail: string) => fileOf("twin", { sha256: `bbbbbbbb${tail.repeat(56)}` });
    const twins = (await Promise.all(["1", "2", "3"].map((tail) => Upload.plan(anna.ctx, [twin(tail)])))).flat();
    const rows = await system.db.select({ key: upload.key }).from(upload).where(eq(upload.ownerId, anna.id));
    expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
    expect(twins.map(({ status }) => status)).toEqual(["put", "put", "put"]);
  });

  it("set-ups make one owner", async () => {
    await system.db.delete(user).where(eq(user.role, "owner"));
    const anonymous: Ctx = { ...system, actor: { kind: "anonymous" } };
    const secret = { tokenSha256: sha256(utf8ToBytes("token")), hash: async (password: string) => password };
    const attempts = Array.from({ length: 5 }, (_, i) =>
      Account.setUp(
        anonymous,
        { token: "token", name: `Owner ${i}`, email: `o${i}@example.org`, password: "correct horse battery", client: `c${i}` },
        secret,
      ).then(
        () => "made",
        (error: unknown) => (error instanceof Error && "code" in error ? error.code : error),
      ),
    );
    const outcomes = await Promise.all(attempts);
    expect(outcomes.filter((outcome) => outcome === "made")).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === "already_set_up")).toHaveLength(4);
  });
});
