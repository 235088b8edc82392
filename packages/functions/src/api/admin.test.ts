import { addMember, type Browser, jsonOf, setUpOwner, useApi } from "@tintype/test/api";
import { newId } from "@tintype/core/kernel";
import { job } from "@tintype/core/kernel/table";
import { CHECKS, DUTIES, writeCapabilities } from "@tintype/core/storage";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";

const api = useApi();

let owner: Browser;
beforeAll(async () => {
  owner = await setUpOwner(api());
});
beforeEach(async () => {
  await api().db.delete(job);
});

async function die(key: string): Promise<string> {
  const { queue } = api().system;
  await queue.enqueue([{ kind: "ingest", payload: { key }, dedupe: key }]);
  const [claimed] = await queue.claim(["ingest"], 1, 60_000);
  await queue.fail(claimed!, "The file's bytes make no sense.", null);
  return claimed!.id;
}

const dead = async (): Promise<string[]> => (await jsonOf(owner.get("/api/admin/jobs/dead"))).jobs.map(({ id }: { id: string }) => id);

describe("the owner's jobs", () => {
  it("are counted, told with their reasons, tried again and discarded", async () => {
    const [a, b, c] = [await die("library/anna/a.jpg"), await die("library/anna/b.jpg"), await die("library/anna/c.jpg")];
    expect(await jsonOf(owner.get("/api/admin/jobs"))).toMatchObject({ kinds: [{ kind: "ingest", dead: 3, due: 0 }] });
    const { jobs } = await jsonOf(owner.get("/api/admin/jobs/dead"));
    expect(jobs[2]).toMatchObject({
      id: a,
      subject: "a.jpg",
      key: "library/anna/a.jpg",
      reason: "The file's bytes make no sense.",
      attempts: 1,
    });
    expect(await jsonOf(owner.send("POST", "/api/admin/jobs/discard", { ids: [c] }))).toEqual({ jobs: 1 });
    expect(await dead()).toEqual([b, a]);
    expect(await jsonOf(owner.send("POST", "/api/admin/jobs/retry", { ids: [a] }))).toEqual({ jobs: 1 });
    expect(await dead()).toEqual([b]);
    expect(await jsonOf(owner.send("POST", "/api/admin/jobs/retry", { all: true }))).toEqual({ jobs: 1 });
    expect(await jsonOf(owner.get("/api/admin/jobs"))).toMatchObject({ kinds: [{ kind: "ingest", dead: 0, due: 2 }] });
  });

  it.each([
    ["retry", {}],
    ["retry", { ids: [] }],
    ["retry", { all: false }],
    ["discard", { ids: ["no id"] }],
    ["discard", { all: true }],
    ["discard", { ids: Array.from({ length: 501 }, () => newId()) }],
  ])("refuse to %s %j", async (what, body) => {
    expect((await owner.send("POST", `/api/admin/jobs/${what}`, body)).status).toBe(400);
  });

  it("refuse a list that continues after no id", async () => {
    expect((await owner.get("/api/admin/jobs/dead?after=x")).status).toBe(400);
  });

  it("are not a member's: who is refused changes nothing", async () => {
    const id = await die("library/anna/a.jpg");
    const { browser } = await addMember(api(), "Mia");
    for (const what of ["retry", "discard"]) {
      const answer = await browser.send("POST", `/api/admin/jobs/${what}`, { ids: [id] });
      expect([answer.status, (await jsonOf(answer)).code]).toEqual([403, "forbidden"]);
    }
    expect(await dead()).toEqual([id]);
  });
});

describe("the owner's storage", () => {
  it("is told with its place, and what was found out about it, in the words and the order of the checks", async () => {
    const before = await jsonOf(owner.get("/api/admin/storage"));
    expect(before).toMatchObject({ assets: 0, bytes: 0, capabilities: null, check: { isUnderWay: false, reason: null } });
    expect(before.place).toEqual({
      bucket: "photos",
      endpoint: "http://store.internal:9000",
      publicEndpoint: "http://photos.test:3001",
      folder: null,
    });
    const checks = mapped(CHECKS, () => ({ answer: "yes" as const, detail: "It does." }));
    const setUp = mapped(DUTIES, () => ({ state: "done" as const, detail: "It is." }));
    const cors = { state: "needs" as const, detail: "Set this.", lines: ["A=b"] };
    await writeCapabilities(api().system, { checkedAt: "2026-11-22T10:00:00Z", server: "MinIO", checks, setUp: { ...setUp, cors } });
    const { capabilities } = await jsonOf(owner.get("/api/admin/storage"));
    expect(capabilities).toMatchObject({ checkedAt: "2026-11-22T10:00:00Z", server: "MinIO", pins: true });
    expect(capabilities.checks[0]).toEqual({ name: "put", title: "Signed PUT", answer: "yes", detail: "It does." });
    expect(capabilities.setUp[0]).toEqual({ name: "bucket", title: "The bucket", state: "done", detail: "It is.", lines: [] });
    expect(capabilities.setUp[1]).toMatchObject({ name: "cors", state: "needs", lines: ["A=b"] });
  });

  it("is checked and looked through when asked, once however often", async () => {
    for (const what of ["check", "sweep", "check", "sweep"]) {
      expect((await owner.send("POST", `/api/admin/storage/${what}`)).status).toBe(202);
    }
    expect((await api().system.queue.claim(["storage", "sweep"], 10, 60_000)).map(({ kind }) => kind).toSorted()).toEqual([
      "storage",
      "sweep",
    ]);
    expect(await jsonOf(owner.get("/api/admin/storage"))).toMatchObject({ check: { isUnderWay: true }, sweep: { isUnderWay: true } });
  });
});

describe("the owner's costs", () => {
  const set = (body: unknown) => owner.send("PUT", "/api/admin/cost/budget", body);

  it("are told at the prices that they choose, with the budget that they set", async () => {
    expect(await jsonOf(owner.get("/api/admin/cost"))).toMatchObject({ provider: "own", detected: "own", pause: null });
    expect(await jsonOf(owner.get("/api/admin/cost/month"))).toEqual({ month: null });
    expect((await set({ usd: 0, provider: "aws" })).status).toBe(204);
    expect(await jsonOf(owner.get("/api/admin/cost/month"))).toMatchObject({ month: { prices: "Amazon Web Services" } });
    const told = await jsonOf(owner.get("/api/admin/cost"));
    expect(told).toMatchObject({ provider: "aws", detected: "own", budget: { usd: 0, provider: "aws" } });
    expect(told.pause.reason).toContain("$0.00 is spent");
    expect(told.prices.sources[0]).toEqual({ title: "Amazon S3", url: "https://aws.amazon.com/s3/pricing/" });
    expect((await set({ usd: null, provider: null })).status).toBe(204);
    expect(await jsonOf(owner.get("/api/admin/cost"))).toMatchObject({ provider: "own", pause: null });
  });

  it.each([0, 0.01, 0.07, 1.15, 4.35, 19.99, 1_000_000])("take a budget in whole cents: %d", async (usd) => {
    expect((await set({ usd, provider: "aws" })).status).toBe(204);
  });

  it.each([
    { usd: -1, provider: null },
    { usd: 1e7, provider: null },
    { usd: 0.000001, provider: null },
    { usd: 12.345, provider: null },
    { usd: "5", provider: null },
    { usd: 5, provider: "oracle" },
    { usd: 5 },
  ])("take no budget such as %j", async (body) => {
    expect((await set(body)).status).toBe(400);
  });
});

/** Guarantee: one value for each key. */
function mapped<K extends string, V>(words: Readonly<Record<K, string>>, value: () => V): Record<K, V> {
  return Object.fromEntries(Object.keys(words).map((key) => [key, value()])) as Record<K, V>;
}
