import { job } from "@tintype/core/kernel/table";
import { addMember, apiOn, browse, type Browser, jsonOf, setUpOwner, useApi } from "@tintype/test/api";
import { addShown } from "@tintype/test/person";
import { storeAway, useStore } from "@tintype/test/store";
import { fileOf, send } from "@tintype/test/upload";
import { sql } from "drizzle-orm";
import * as fc from "fast-check";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";

const store = useStore();
const api = useApi(() => ({ store: store(), publicStore: () => ({ origin: "http://store.test", sign: store().sign }) }));
let owner: Browser;
let ben: { id: string; browser: Browser };

beforeAll(async () => {
  owner = await setUpOwner(api());
  ben = await addMember(api(), "Ben");
});
beforeEach(() => {
  api().lines.length = 0;
});

const planned = async (files: unknown, browser = owner) => browser.send("POST", "/api/uploads", { files });
const bugs = () => api().lines.filter(({ level }) => level === "error");

describe("POST /api/uploads and what follows", () => {
  it("take a file from its plan to the hint for ingest", async () => {
    const answer = await planned([fileOf("first light")]);
    expect(answer.status).toBe(200);
    const { files } = await jsonOf(answer);
    expect(files).toMatchObject([{ status: "put", uploadId: expect.any(String), expiresAt: expect.stringMatching(/Z$/u) }]);
    expect((await send(files[0], "first light")).status).toBe(200);
    const id = files[0].uploadId;
    const done = await owner.send("POST", `/api/uploads/${id}/complete`, {});
    expect([done.status, await jsonOf(done)]).toEqual([202, { id, state: "received" }]);
    expect(await jsonOf(owner.send("POST", "/api/uploads/status", { ids: [id] }))).toEqual({
      uploads: [{ id, state: "received", reason: null, assetId: null, safe: false, revision: null }],
    });
    expect(await jsonOf(owner.get(`/api/uploads/${id}`))).toEqual({ id, state: "received", reason: null, assetId: null });
    expect(await api().db.select({ kind: job.kind }).from(job)).toContainEqual({ kind: "ingest" });
  });

  it.each([
    ["53100", 507, "storage_full", "The disk is full."],
    ["53300", 503, "database_unavailable", "The database cannot be reached (53300)."],
  ])("say in words what the database has run out of (%s), and go on afterwards", async (state, status, code, words) => {
    const { db } = api();
    await db.execute(
      sql.raw(
        `create function spent() returns trigger language plpgsql as $$ begin raise exception 'spent' using errcode = '${state}'; end $$`,
      ),
    );
    await db.execute(sql`create trigger spent before insert on upload execute function spent()`);
    const refused = await planned([fileOf(`one too many (${state})`)]);
    await db.execute(sql`drop function spent cascade`);
    expect([refused.status, refused.headers.get("content-type")]).toEqual([status, "application/problem+json"]);
    expect(await jsonOf(refused)).toMatchObject({ status, code, detail: expect.stringContaining(words) });
    expect((await planned([fileOf(`one too many (${state})`)])).status).toBe(200);
  });

  it("end an upload, and then it is gone", async () => {
    const { files } = await jsonOf(planned([fileOf("to be ended")]));
    const path = `/api/uploads/${files[0].uploadId}`;
    const ended = await owner.send("DELETE", path);
    expect([ended.status, await ended.text()]).toEqual([204, ""]);
    const late = await owner.send("POST", `${path}/complete`, {});
    expect([late.status, await jsonOf(late)]).toMatchObject([410, { code: "gone" }]);
  });

  it("take 50 files and no more, and say so", async () => {
    const files = Array.from({ length: 51 }, (_, i) => fileOf(`file ${i}`));
    const many = await planned(files);
    expect([many.status, await jsonOf(many)]).toMatchObject([
      400,
      { code: "invalid", field: "files", detail: expect.stringContaining("at most 50 files") },
    ]);
    const fifty = await planned(files.slice(1));
    expect((await jsonOf(fifty)).files).toHaveLength(50);
    expect((await planned([])).status).toBe(400);
  });

  it.each([
    [{ sha256: "ABC" }, "files.0.sha256"],
    [{ size: -1 }, "files.0.size"],
    [{ size: 1.5 }, "files.0.size"],
    [{ size: 2 ** 60 }, "files.0.size"],
    [{ modifiedAt: "2026-02-31T00:00:00" }, "files.0.modifiedAt"],
    [{ modifiedAt: "0000-01-01T00:00:00" }, "files.0.modifiedAt"],
    [{ modifiedAt: "2026-01-01T25:00:00" }, "files.0.modifiedAt"],
    [{ modifiedAt: "2026-01-01T00:00:00Z" }, "files.0.modifiedAt"],
    [{ takenAt: "yesterday" }, "files.0.takenAt"],
    [{ modifiedOffset: 10_000 }, "files.0.modifiedOffset"],
    [{ name: null }, "files.0.name"],
  ])("refuse %j and name the field", async (change, field) => {
    const answer = await planned([{ ...fileOf("x"), ...change }]);
    expect([answer.status, await jsonOf(answer)]).toMatchObject([400, { code: "invalid", field }]);
  });

  it("answer a name of 10,000 characters with a clear refusal, beside the others", async () => {
    const { files } = await jsonOf(planned([fileOf("long", { name: "x".repeat(10_000) }), fileOf("short")]));
    expect(files).toMatchObject([
      { status: "refused", code: "name_too_long", detail: expect.stringContaining("10000 characters") },
      { status: "put" },
    ]);
  });

  it("never fail with a 500, whatever is sent", async () => {
    const wall = fc.oneof(
      fc.constant("2024-06-05T04:03:02"),
      fc.string(),
      fc.date().map((date) => (Number.isNaN(date.getTime()) ? "" : date.toISOString().slice(0, 19))),
    );
    const file = fc.record({
      name: fc.string({ unit: "binary", maxLength: 1100 }),
      size: fc.oneof(fc.integer(), fc.maxSafeNat(), fc.double()),
      type: fc.string({ unit: "binary" }),
      sha256: fc.oneof(fc.stringMatching(/^[0-9a-f]{64}$/u), fc.string()),
      modifiedAt: wall,
      modifiedOffset: fc.oneof(fc.integer({ min: -1440, max: 1440 }), fc.double()),
      takenAt: wall,
    });
    const valid = fc.record({
      name: fc.string({ unit: "binary", maxLength: 1100 }),
      size: fc.integer({ min: 0, max: 2 ** 43 }),
      type: fc.string({ unit: "binary" }),
      sha256: fc.stringMatching(/^[0-9a-f]{64}$/u),
      modifiedAt: fc
        .date({ min: new Date(-62_135_596_800_000), max: new Date(253_402_300_799_000), noInvalidDate: true })
        .map((date) => date.toISOString().slice(0, 19)),
    });
    const body = fc.oneof(
      fc.jsonValue(),
      fc.record({ files: fc.array(file, { maxLength: 3 }) }),
      fc.record({ files: fc.array(valid, { minLength: 1, maxLength: 5 }) }),
    );
    const seen = new Set<number>();
    await fc.assert(
      fc.asyncProperty(body, async (value) => {
        const answer = await owner.send("POST", "/api/uploads", value);
        seen.add(answer.status);
        expect(answer.status).toBeLessThan(500);
      }),
      { numRuns: 200 },
    );
    expect([...seen].toSorted((a, b) => a - b)).toEqual([200, 400]);
    expect(bugs()).toEqual([]);
  });

  it("make one upload of two plans of the same file at the same time", async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => planned([fileOf("raced")])));
    const ids = await Promise.all(answers.map(async (answer) => (await jsonOf(answer)).files[0].uploadId));
    expect(new Set(ids).size).toBe(1);
  });
});

it("a plan of what is there already is told to come back when the store does not answer", async () => {
  const away = storeAway();
  const { app } = apiOn(api().db, () => ({ store: away }));
  const { user } = await jsonOf(owner.get("/api/me"));
  await addShown(api().system, user.id, "2026-11-01T10:00:00", { sha256: Buffer.from(fileOf("who knows").sha256, "hex") });
  const answer = await browse(app).send("POST", "/api/uploads", { files: [fileOf("who knows")] }, { cookie: owner.cookie() });
  expect([answer.status, await jsonOf(answer)]).toMatchObject([503, { code: "storage_unavailable" }]);
  away.close();
});

describe("readiness", () => {
  it("is told when database and store answer", async () => {
    const response = await owner.get("/readyz");
    expect([response.status, await jsonOf(response)]).toEqual([200, { ok: true, checks: { database: "ok", store: "ok" } }]);
  });
});

describe("someone else's things", () => {
  it("are not there, on every route with an id", async () => {
    const { files } = await jsonOf(planned([fileOf("hers")]));
    const asset = await addShown(api().system, (await jsonOf(owner.get("/api/me"))).user.id, "2026-11-01T10:00:00");
    const ids: Record<string, string> = { uploads: files[0].uploadId, assets: asset };
    const bodies: Record<string, object> = { "/api/uploads/:id/parts": { from: 1, to: 1 }, "/api/uploads/:id/complete": {} };
    const routes = api().app.routes.filter(({ method, path }) => method !== "ALL" && /^\/api\/(?:uploads|assets)\/:id/u.test(path));
    expect(routes.length).toBeGreaterThanOrEqual(6);
    for (const { method, path } of routes) {
      const kind = path.split("/")[2] ?? "";
      for (const id of [ids[kind], crypto.randomUUID(), "not-an-id", "019dd7a2-4f20-7000-8000-00000000000g"]) {
        const url = path.replace(":id", id ?? "");
        const answer = method === "GET" ? await ben.browser.get(url) : await ben.browser.send(method, url, bodies[path]);
        expect(answer.status, `${method} ${url}`).toBe(404);
        expect(await jsonOf(answer)).toMatchObject({ code: "not_found" });
      }
    }
    expect((await ben.browser.send("POST", "/api/assets/downloads", { ids: [asset] })).status).toBe(404);
    expect((await ben.browser.get(`/api/timeline/locate?id=${asset}`)).status).toBe(404);
    expect(await jsonOf(ben.browser.send("POST", "/api/uploads/status", { ids: [files[0].uploadId] }))).toEqual({ uploads: [] });
    expect((await owner.get(`/api/uploads/${files[0].uploadId}`)).status).toBe(200);
  });
});
