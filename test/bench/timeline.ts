import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decode } from "@tintype/core/geometry";
import * as Timeline from "@tintype/core/timeline";
import { sql } from "drizzle-orm";
import type { OpenDatabase } from "../../packages/functions/src/adapters/db-drizzle.ts";
import { openPglite } from "../../packages/functions/src/adapters/db-pglite.ts";
import { openPostgres } from "../../packages/functions/src/adapters/db-postgres.ts";
import { apiOn, type Browser, setUpOwner, type TestApi, ORIGIN } from "../support/api.ts";
import { signerOnly } from "../support/person.ts";
import { startPostgres } from "../support/postgres.ts";
import { median, type Report } from "./report.ts";

export const name = "timeline";

/**
 * The API's timeline over the embedded Postgres, as the laptop runs it, and over a stock one: geometry, patches and items of libraries of two sizes.
 */
export async function run(report: Report): Promise<void> {
  await signing(report);
  await onPglite((database) => library(report, database, { label: "100k", assets: 100_000, months: 120, cold: 15, cached: 15 }));
  await onPglite((database) => library(report, database, { label: "1000k", assets: 1_000_000, months: 240, cached: 50 }));
  await onPostgres((database) =>
    library(report, database, { label: "1000k on stock Postgres", assets: 1_000_000, months: 240, cached: 50, changed: 300 }),
  );
}

async function onPglite(work: (database: OpenDatabase) => Promise<void>): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), "tintype-bench-"));
  const database = await openPglite({ folder: dir });
  try {
    await work(database);
  } finally {
    await database.close();
  }
  await rm(dir, { recursive: true, force: true });
}

async function onPostgres(work: (database: OpenDatabase) => Promise<void>): Promise<void> {
  const server = await startPostgres();
  if (server === undefined) return console.log("  Postgres is not installed: not measured on it");
  const database = await openPostgres({ url: server.url });
  try {
    await work(database);
  } finally {
    await database.close();
  }
  await server.stop();
}

type Reader = Pick<Browser, "get">;

type Library = { label: string; assets: number; months: number; cold?: number; cached: number; changed?: number };

async function library(report: Report, { db }: OpenDatabase, { label, assets, months, cold, cached, changed }: Library): Promise<void> {
  const ms = (what: string, times: number[], atMost?: number): void => {
    const spread: [number, number] = [Math.min(...times), Math.max(...times)];
    report.figure({
      what: `${label}: ${what}`,
      value: median(times),
      unit: "ms",
      runs: times.length,
      spread,
      ...(atMost && { goal: { atMost } }),
    });
  };
  const make = () => apiOn(db, () => ({ store: signerOnly, publicStore: () => ({ origin: "http://store.test", sign: signerOnly.sign }) }));
  const api = make();
  const browser = await setUpOwner(api);
  // Not the browser itself: it holds every answer against the document, which takes time.
  const owner: Reader = {
    get: async (path, headers = {}) => api.app.request(`${ORIGIN}${path}`, { headers: { cookie: browser.cookie(), ...headers } }),
  };
  const { user } = (await (await owner.get("/api/me")).json()) as { user: { id: string } };
  await seed(api, user.id, assets, months);
  ms("pack the whole library", await times(1, () => Timeline.refresh(api.system, user.id)));

  const fresh = async (headers: Record<string, string> = {}): Promise<number> => {
    const other = make();
    return took(() => other.app.request(`${ORIGIN}/api/timeline/geometry`, { headers: { cookie: browser.cookie(), ...headers } }));
  };
  ms("geometry, first time in a process", await repeat(7, () => fresh()), cold);
  ms("geometry, first time, gzipped", await repeat(7, () => fresh({ "accept-encoding": "gzip" })));
  await get(owner, "/api/timeline/geometry");
  ms("geometry from the cache", await times(20, () => get(owner, "/api/timeline/geometry")), cached);
  const etag = (await owner.get("/api/timeline/geometry")).headers.get("etag") ?? "";
  ms("geometry not modified (304)", await times(20, () => get(owner, "/api/timeline/geometry", { "if-none-match": etag })));

  const chunk = decode(new Uint8Array(await (await owner.get("/api/timeline/geometry")).arrayBuffer())).chunks[1];
  const range = `${chunk?.month}:${chunk?.revision}:100:350`;
  ms("250 items with their URLs", await times(20, () => get(owner, `/api/timeline/items?ranges=${range}`)));
  await change(api, user.id, chunk?.month ?? 0);
  const refreshes = await repeat(7, async () => {
    await change(api, user.id, chunk?.month ?? 0);
    return took(() => Timeline.refresh(api.system, user.id));
  });
  ms("pack a month that changed", refreshes);
  const since = await Timeline.head({ ...api.system, actor: { kind: "user", userId: user.id, role: "owner" } });
  ms(
    "changes since the last revision",
    await times(20, () => get(owner, `/api/timeline/changes?since=${since.epoch}.${since.revision - 1}`)),
  );
  const after = await repeat(7, async () => {
    await change(api, user.id, chunk?.month ?? 0);
    return took(async () => {
      await Timeline.refresh(api.system, user.id);
      await get(owner, "/api/timeline/geometry");
    });
  });
  ms("geometry after a change in one month, packing it included", after, changed);
}

/** `assets` photos spread evenly over `months` months back from the end of 2026. */
export async function seed({ db }: TestApi, ownerId: string, assets: number, months: number): Promise<void> {
  const seconds = Math.floor((months * 30 * 86_400) / assets);
  await db.execute(sql`
    insert into asset (id, owner_id, state, kind, name, key, etag, size, type, sha256, sha1, width, height, local_at, thumbhash, derived_version)
    select gen_random_uuid(), ${ownerId}, 'ready', 'photo', 'IMG_' || n || '.jpg', 'library/anna/' || n || '.jpg', 'e', 4000000, 'image/jpeg',
      sha256(int8send(n)), '\\x00', 4032, case when n % 4 = 0 then 5376 else 3024 end,
      timestamp '2026-11-24' - make_interval(secs => n * ${seconds}::int), substring(sha256(int8send(n)) for 24), 1
    from generate_series(1, ${assets}::int) n`);
  await db.execute(sql`
    insert into timeline_chunk (owner_id, month, revision, dirty, count, days, ratios, ids)
    select distinct owner_id, extract(year from local_at)::int * 12 + extract(month from local_at)::int - 1, 0, true, 0, ''::bytea, ''::bytea, ''::bytea
    from asset where owner_id = ${ownerId}`);
  await db.execute(sql`analyze`);
}

async function change({ db, system }: TestApi, ownerId: string, month: number): Promise<void> {
  const [year, ordinal] = [Math.floor(month / 12), (month % 12) + 1];
  await db.tx((tx) =>
    Timeline.touch({ ...system, db: tx, queue: system.queue.within(tx) }, ownerId, [
      `${year}-${String(ordinal).padStart(2, "0")}-15T00:00:00`,
    ]),
  );
}

async function signing(report: Report): Promise<void> {
  const page = (from: number) =>
    Array.from({ length: 500 }, (_, i) => signerOnly.sign.get({ key: `derived/${from + i}/thumb-1.webp`, type: "image/webp" }));
  page(0);
  const spent = await repeat(20, (i) => took(async () => page(i * 500)));
  report.figure({
    what: "500 signed URLs",
    value: median(spent),
    unit: "ms",
    goal: { atMost: 10 },
    runs: spent.length,
    spread: [Math.min(...spent), Math.max(...spent)],
  });
}

async function get(browser: Reader, path: string, headers?: Record<string, string>): Promise<void> {
  const response = await browser.get(path, headers);
  if (response.status >= 400) throw new Error(`${path} answered ${response.status}`);
  await response.arrayBuffer();
}

async function took(work: () => unknown): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

async function repeat(count: number, work: (i: number) => Promise<number>): Promise<number[]> {
  const results: number[] = [];
  for (let i = 0; i < count; i++) results.push(await work(i));
  return results;
}

const times = (count: number, work: () => unknown): Promise<number[]> => repeat(count, () => took(work));
