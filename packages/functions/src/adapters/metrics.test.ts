import { readFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { ingestJob } from "@tintype/core/asset";
import { AppError, type Ctx } from "@tintype/core/kernel";
import { apiOn, browse, recorder, setUpOwner, type TestApi } from "@tintype/test/api";
import { noPorts } from "@tintype/test/ingest";
import { MINIO_BODIES } from "@tintype/test/messages";
import { systemOn } from "@tintype/test/person";
import { borrowDatabase } from "@tintype/test/shared-database";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ingestKind } from "../jobs/ingest.ts";
import { startWorker } from "../jobs/worker.ts";
import type { OpenDatabase } from "./db-drizzle.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import { createS3Store } from "./store-s3.ts";

const TOKEN = "the-token";
const tokenSha256 = createHash("sha256").update(TOKEN).digest();

let open: OpenDatabase;
let metrics: Metrics;
let system: Ctx;
let api: TestApi;

beforeAll(async () => {
  open = await borrowDatabase();
  metrics = createMetrics();
  system = systemOn(open.db, { log: metrics.counting(recorder([])) });
  const read = () => metrics.read(system);
  api = apiOn(open.db, () => ({ log: system.log, metrics: { tokenSha256, read }, hook: { tokenSha256, bucket: "photos" } }));
});
afterAll(() => open.close());

const get = (authorization = `Bearer ${TOKEN}`): Promise<Response> => browse(api.app).get("/metrics", { authorization });

/** The samples of a metric, by their labels. */
async function samples(name: string): Promise<Record<string, number>> {
  const text = await (await get()).text();
  const found = [...text.matchAll(/^(?<name>\w+)(?:\{(?<labels>.*)\})? (?<value>\S+)$/gmu)].map(({ groups }) => groups ?? {});
  return Object.fromEntries(found.filter((each) => each["name"] === name).map((each) => [each["labels"] ?? "", Number(each["value"])]));
}

describe("the metrics", () => {
  it("are told to whoever has the token, and to nobody else", async () => {
    for (const wrong of ["", "Bearer wrong", `Basic ${btoa("tintype:wrong")}`]) expect((await get(wrong)).status).toBe(401);
    const response = await get();
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/plain; version=0.0.4; charset=utf-8"]);
  });

  it("are not there where nobody counts", async () => {
    expect((await browse(apiOn(open.db).app).get("/metrics")).status).toBe(404);
  });

  it("are those of docs/metrics.md, with their types", async () => {
    const document = readFileSync(new URL("../../../../docs/metrics.md", import.meta.url), "utf8");
    const told = [...document.matchAll(/^\| `(?<name>tintype_\w+)` +\| (?<type>\w+) +\|/gmu)].map(
      ({ groups }) => `${groups?.["name"]} ${groups?.["type"]}`,
    );
    const real = [...(await (await get()).text()).matchAll(/^# TYPE (?<line>.+)$/gmu)].map(({ groups }) => groups?.["line"] ?? "");
    expect(real.filter((line) => !/^(?:process|nodejs)_/u.test(line)).toSorted()).toEqual(told.toSorted());
    expect(real.filter((line) => line.startsWith("process_resident_memory_bytes"))).toHaveLength(1);
  });
});

describe("requests", () => {
  it("are counted by route, however many paths and methods there are", async () => {
    const owner = await setUpOwner(api);
    for (let n = 0; n < 5; n++) await owner.get(`/api/assets/${crypto.randomUUID()}`);
    for (let n = 0; n < 5; n++) await owner.get(`/some/${n}`);
    for (const method of ["PROPFIND", "BREW"]) await api.app.request("http://photos.test:3000/api/me", { method });
    const counts = await samples("tintype_http_request_seconds_count");
    expect(counts['method="GET",route="/api/assets/:id",status="404"']).toBe(5);
    expect(Object.keys(counts).join("\n")).not.toMatch(/some|BREW|PROPFIND|[0-9a-f]{8}-/u);
    expect(Object.keys(counts).filter((labels) => labels.includes("other"))).toHaveLength(1);
  });
});

describe("the webhook", () => {
  it("counts what it took, and what not", async () => {
    const send = (body: string, token = TOKEN) =>
      api.app.request("http://photos.test:3000/api/hooks/store", { method: "POST", body, headers: { authorization: `Bearer ${token}` } });
    for (const body of [MINIO_BODIES[0], MINIO_BODIES[1], "{}", "x".repeat(70_000)]) await send(body);
    await send("{}", "wrong");
    expect(await samples("tintype_hook_messages_total")).toEqual({
      'outcome="taken"': 2,
      'outcome="junk"': 1,
      'outcome="too_large"': 1,
      'outcome="unauthorised"': 1,
    });
    expect(await samples("tintype_hook_hints_total")).toEqual({ "": 2 });
    expect(await samples("tintype_queue_jobs")).toMatchObject({ 'kind="ingest",state="due"': 2, 'kind="ingest",state="dead"': 0 });
    expect((await samples("tintype_queue_oldest_seconds"))['kind="ingest"']).toBeLessThan(60);
  });
});

describe("jobs", () => {
  it("are counted by kind and outcome, with the errors that they met", async () => {
    const fail = (code: "invalid" | "storage_unavailable") => async () => {
      throw new AppError(code, "It failed.");
    };
    const kinds = {
      ingest: ingestKind(noPorts),
      fine: { concurrency: 1, run: async () => undefined },
      poison: { concurrency: 1, run: fail("invalid") },
      away: { concurrency: 1, run: fail("storage_unavailable") },
    };
    const worker = startWorker({ ...system, store: { ...system.store, head: fail("storage_unavailable") } }, { kinds });
    await system.queue.enqueue([
      ...Object.keys(kinds)
        .slice(1)
        .map((kind) => ({ kind, payload: {} })),
      ingestJob("library/a/b"),
    ]);
    const counts = () => samples("tintype_jobs_total");
    await expect.poll(async () => Object.keys(await counts()).length, { timeout: 10_000 }).toBe(4);
    await worker.stop();
    expect(await counts()).toMatchObject({
      'kind="fine",outcome="done"': 1,
      'kind="poison",outcome="dead"': 1,
      'kind="away",outcome="put_off"': 1,
    });
    expect(await samples("tintype_job_seconds_count")).toEqual({ 'kind="fine"': 1 });
    const errors = await samples("tintype_errors_total");
    expect(errors['code="invalid"']).toBe(1);
    expect(errors['code="storage_unavailable"']).toBeGreaterThanOrEqual(2);
    expect(await samples("tintype_queue_jobs")).toMatchObject({ 'kind="poison",state="dead"': 1, 'kind="away",state="put_off"': 1 });
  });
});

describe("requests to the store", () => {
  it("are counted by operation and result", async () => {
    const nowhere = { endpoint: "http://127.0.0.1:9", bucket: "photos", region: "us-east-1", accessKeyId: "a", secretAccessKey: "b" };
    const store = createS3Store({ ...nowhere, onRequest: metrics.onStoreRequest });
    await expect(store.list("library/")).rejects.toMatchObject({ code: "storage_unavailable" });
    expect(await samples("tintype_store_request_seconds_count")).toMatchObject({
      'operation="ListObjectsV2",result="storage_unavailable"': 1,
    });
    store.close();
  });
});
