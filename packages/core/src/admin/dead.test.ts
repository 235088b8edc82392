import { type Ctx, type NewJob, newId } from "#kernel";
import { job } from "#kernel/table";
import { upload } from "#upload/table";
import { useAnna } from "@tintype/test/anna";
import { addAsset } from "@tintype/test/person";
import { sql } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { deadJobs, discard, retry } from "./dead.ts";
import { health } from "./health.ts";

const here = useAnna();

let owner: Ctx;
beforeEach(() => {
  owner = { ...here.system, actor: { kind: "user", userId: here.anna.id, role: "owner" } };
});

/** Enqueues a job and gives it up, as a worker does. */
async function die(fields: Partial<NewJob> = {}, reason = "It broke."): Promise<string> {
  const { queue } = here.system;
  await queue.enqueue([{ kind: "ingest", payload: {}, ...fields }]);
  const [claimed] = await queue.claim([fields.kind ?? "ingest"], 1, 60_000);
  await queue.fail(claimed!, reason, null);
  return claimed!.id;
}

const living = () => here.system.queue.claim(["ingest", "timeline"], 100, 60_000);

describe("the dead jobs", () => {
  it("are told newest first, with what they were about, why they ended and when", async () => {
    const { anna, system } = here;
    const key = "library/anna/2026/11/IMG-1~01234567.jpg";
    await addAsset(system, anna.id, "2026-11-01T10:00:00", { key, name: "IMG 1\u202E.jpg" });
    const [never, unknown] = ["library/anna/2026/11/b~89abcdef.jpg", "library/anna/2026/11/Ferien~00000000.jpg"];
    await system.db.insert(upload).values({
      id: newId(),
      ownerId: anna.id,
      state: "received",
      key: never,
      name: "b (1).jpg",
      type: "image/jpeg",
      size: 3,
      sha256: new Uint8Array(32),
      modifiedAt: "2026-11-01T10:00:00",
      expiresAt: new Date(),
    });
    const staged = "incoming/0193a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b";
    await system.db.update(upload).set({ source: staged });
    const before = Date.now();
    for (const path of [key, never, unknown, staged]) await die({ payload: { key: path }, dedupe: path }, `No ${path}`);
    await die({ kind: "timeline", payload: { ownerId: anna.id } });
    await die({ kind: "timeline", payload: { ownerId: "nobody" } });
    const { jobs, next } = await deadJobs(owner);
    expect(jobs.map(({ kind, subject, key: path }) => [kind, subject, path])).toEqual([
      ["timeline", null, null],
      ["timeline", "Anna", null],
      ["ingest", "b (1).jpg", staged],
      ["ingest", "Ferien.jpg", unknown],
      ["ingest", "b (1).jpg", never],
      ["ingest", "IMG 1.jpg", key],
    ]);
    expect(jobs.at(-1)).toMatchObject({ reason: `No ${key}`, attempts: 1 });
    expect(Math.abs(Date.parse(jobs[0]!.diedAt) - before)).toBeLessThan(10_000);
    expect(next).toBeNull();
  });

  it("come fifty at a time, each once, also when one of them is gone meanwhile", async () => {
    const ids: string[] = [];
    for (let i = 0; i < 60; i++) ids.unshift(await die());
    const first = await deadJobs(owner);
    expect(first.jobs.map(({ id }) => id)).toEqual(ids.slice(0, 50));
    await discard(owner, [first.next!]);
    const second = await deadJobs(owner, first.next!);
    expect(second.jobs.map(({ id }) => id)).toEqual(ids.slice(50));
    expect(second.next).toBeNull();
  });

  it("are found by their index, however many jobs live", async () => {
    await here.system.queue.enqueue(Array.from({ length: 3000 }, () => ({ kind: "ingest", payload: {} })));
    await die();
    await here.system.db.execute(sql`analyze ${job}`);
    const { rows } = await here.system.db.execute<{ "QUERY PLAN": string }>(
      sql`explain select id from ${job} where ${job.dead} order by ${job.id} desc limit 51`,
    );
    expect(rows.map((row) => row["QUERY PLAN"]).join("\n")).toContain("job_dead");
  });
});

describe("trying dead jobs again", () => {
  it("gives them all their attempts again, and wakes whoever works", async () => {
    const woken: string[] = [];
    const [a, b] = [await die({ dedupe: "a", payload: { n: 1 } }), await die({ payload: { n: 2 } })];
    await die({ payload: { n: 3 } });
    const stop = here.system.queue.onEnqueue((jobs) => woken.push(...jobs.map(({ kind }) => kind)));
    expect(await retry(owner, [a, b, newId()])).toBe(2);
    stop();
    const again = await living();
    expect(again.map(({ payload, attempts }) => `${String(payload["n"])}: ${attempts}`).toSorted()).toEqual(["1: 1", "2: 1"]);
    expect((await deadJobs(owner)).jobs).toHaveLength(1);
  });

  it("takes all of them, more than one statement takes", async () => {
    await here.system.db.execute(sql`
      insert into ${job} (id, kind, payload, run_at, dead, dedupe)
      select ('01900000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid, 'ingest', '{}', now(), true, 'k' || i from generate_series(1, 2500) i`);
    expect(await retry(owner, "all")).toBe(2500);
    expect((await deadJobs(owner)).jobs).toEqual([]);
    expect(await retry(owner, "all")).toBe(0);
  });

  it("leaves alone what lives again by itself", async () => {
    const id = await die({ dedupe: "a" });
    await here.system.queue.enqueue([{ kind: "ingest", payload: {}, dedupe: "a" }]);
    expect(await retry(owner, [id])).toBe(0);
    expect(await discard(owner, [id])).toBe(0);
    expect(await living()).toMatchObject([{ id, attempts: 1 }]);
  });
});

describe("the health", () => {
  it("counts the files that could not be read, and what else was given up", async () => {
    expect(await health(owner)).toEqual({ files: 0, others: 0, refused: 0 });
    for (const kind of ["ingest", "ingest", "timeline"]) await die({ kind });
    await here.system.queue.enqueue([{ kind: "ingest", payload: {} }]);
    expect(await health(owner)).toEqual({ files: 2, others: 1, refused: 0 });
  });
});

describe("discarding dead jobs", () => {
  it("forgets those, and no others", async () => {
    const [a, b] = [await die({ dedupe: "a" }), await die({ dedupe: "b" })];
    expect(await discard(owner, [a])).toBe(1);
    expect((await deadJobs(owner)).jobs.map(({ id }) => id)).toEqual([b]);
    expect(await living()).toEqual([]);
  });
});

it("are for the owner alone", async () => {
  const { ctx } = here.anna;
  for (const ask of [() => deadJobs(ctx), () => retry(ctx, "all"), () => discard(ctx, []), () => health(ctx)]) {
    await expect(ask()).rejects.toMatchObject({ code: "forbidden" });
  }
});
