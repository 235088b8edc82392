import type { Ctx } from "#kernel";
import { addAsset, addPerson, systemOn } from "@tintype/test/person";
import { borrowDatabase } from "@tintype/test/shared-database";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { totals } from "./totals.ts";

const MANY = 5_000;

let open: Awaited<ReturnType<typeof borrowDatabase>>;
let system: Ctx;

beforeAll(async () => {
  open = await borrowDatabase();
  system = systemOn(open.db);
});
afterAll(() => open.close());

describe("the totals of a library", () => {
  it("count one's own assets but no sidecars, and the bytes of both", async () => {
    const anna = await addPerson(system, "Anna");
    const ben = await addPerson(system, "Ben");
    expect(await totals(anna.ctx)).toEqual({ assets: 0, bytes: 0 });
    await addAsset(system, anna.id, "2026-11-01T10:00:00", { size: 5_000_000_000 });
    await addAsset(system, anna.id, "2026-11-01T10:00:00", { size: 20, state: "stored", kind: "video" });
    await addAsset(system, anna.id, "2026-11-01T10:00:00", { size: 3, kind: "sidecar" });
    await addAsset(system, ben.id, "2026-11-01T10:00:00", { size: 7 });
    expect(await totals(anna.ctx)).toEqual({ assets: 2, bytes: 5_000_000_023 });
    await expect(totals(system)).rejects.toMatchObject({ code: "unauthenticated" });
  });

  it("are read from an index alone, not from the rows", async () => {
    const clara = await addPerson(system, "Clara");
    await open.db.execute(sql`
      insert into asset (id, owner_id, state, kind, name, key, etag, size, type, sha256, sha1, local_at, description)
      select gen_random_uuid(), ${clara.id}::uuid, 'ready', 'photo', 'a.jpg', 'library/clara/' || n, 'e', 4, 'image/jpeg',
        sha256(int4send(n)), '', timestamp '2026-11-24', repeat('so ', 200)
      from generate_series(1, ${MANY}::int) n`);
    await open.db.execute(sql`vacuum (analyze) asset`);
    const scans = async (): Promise<number> => {
      await open.db.execute(sql`select pg_stat_force_next_flush()`);
      const { rows } = await open.db.execute<{ n: number }>(
        sql`select idx_scan as n from pg_stat_user_indexes where indexrelname = 'asset_totals'`,
      );
      return rows[0]?.n ?? 0;
    };
    const before = await scans();
    expect(await totals(clara.ctx)).toEqual({ assets: MANY, bytes: 4 * MANY });
    await expect.poll(scans).toBeGreaterThan(before);
  });
});
