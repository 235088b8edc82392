import { fork } from "node:child_process";
import { once } from "node:events";
import fs, { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { setting } from "@tintype/core/kernel/table";
import { openMigrated } from "@tintype/test/migrated";
import { mountSmall, unmount } from "@tintype/test/small-disk";
import { sql } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openPglite } from "./db-pglite.ts";
import { execute, openCluster } from "./pglite-cluster.ts";

const WRITER = fileURLToPath(new URL("../../../../test/support/pglite-writer.ts", import.meta.url));
const TEMPLATE = fileURLToPath(new URL("../../template/pglite.tar.br", import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tintype-pglite-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const names = (open: Awaited<ReturnType<typeof openPglite>>) => open.db.select({ name: setting.name }).from(setting);

describe("the embedded Postgres", { timeout: 60_000 }, () => {
  it("keeps what was committed over a restart", async () => {
    const first = await openMigrated({ folder });
    await first.db.insert(setting).values({ name: "kept", value: 1 });
    await first.close();
    const second = await openMigrated({ folder });
    expect(await names(second)).toEqual([{ name: "kept" }]);
    await second.close();
  });

  it("keeps everything acknowledged when its process is killed, and starts again at once", async () => {
    const acknowledged: string[] = [];
    for (let cycle = 0; cycle < 4; cycle++) {
      const child = fork(WRITER, [folder, String(cycle)], {
        execArgv: ["--import", "tsx"],
        stdio: ["ignore", "inherit", "inherit", "ipc"],
      });
      const ended = once(child, "exit");
      let count = 0;
      child.on("message", (name: string) => {
        acknowledged.push(name);
        if (++count === 40 + cycle * 7) child.kill("SIGKILL");
      });
      await ended;
      expect(count).toBeGreaterThanOrEqual(40);
    }
    const open = await openMigrated({ folder });
    const kept = new Set((await names(open)).map(({ name }) => name));
    expect(acknowledged.filter((name) => !kept.has(name))).toEqual([]);
    await open.close();
  });

  it("refuses a folder that another uses, and takes it when that one is closed", async () => {
    const first = await openMigrated({ folder });
    const refused = openMigrated({ folder });
    await expect(refused).rejects.toThrow(`Another Tintype (pid ${process.pid}) is already using this folder: ${folder}`);
    await first.close();
    await (await openMigrated({ folder })).close();
  });

  it("does not block the server's event loop, and runs what was asked meanwhile after it", async () => {
    const open = await openMigrated();
    let longest = 0;
    let last = performance.now();
    const timer = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 5);
    const start = performance.now();
    const heavy = open.db.execute(sql`select count(*) as n from generate_series(1, 6000000) a where a % 7 = 3`);
    const light = open.db.execute(sql`select 1 as n`);
    expect([(await heavy).rows, (await light).rows]).toEqual([[{ n: 857_143 }], [{ n: 1 }]]);
    const took = performance.now() - start;
    clearInterval(timer);
    expect(longest).toBeLessThan(took / 2);
    await open.close();
  });

  it("keeps transactions and single statements apart under load", async () => {
    const open = await openMigrated();
    const undone = (n: number) =>
      open.db
        .tx(async (tx) => {
          await tx.insert(setting).values({ name: `undone ${n}`, value: n });
          await sleep(n % 3);
          throw new Error("undo");
        })
        .catch(() => undefined);
    const single = (n: number) => open.db.insert(setting).values({ name: `single ${n}`, value: n });
    await Promise.all(Array.from({ length: 60 }, (_, n) => [undone(n), single(n), single(1000 + n)]).flat());
    const kept = (await names(open)).map(({ name }) => name);
    expect(kept.filter((name) => name.startsWith("single"))).toHaveLength(120);
    expect(kept).toHaveLength(120);
    await open.close();
  });

  it("opens again, with everything that was committed, after Postgres has panicked", async () => {
    const open = await openMigrated({ folder });
    await open.db.insert(setting).values({ name: "kept", value: 1 });
    await open.db.execute(sql`create function endless(n int) returns int language plpgsql as $$ begin return endless(n + 1); end $$`);
    // Postgres's own limit is out of the way, so WebAssembly's stack ends first: that cannot be handled, and what follows is a panic.
    await open.db.execute(sql`set max_stack_depth = '7MB'`);
    const panic = async () => {
      await open.db.execute(sql`select endless(1)`);
      await names(open);
    };
    await expect(panic()).rejects.toMatchObject({ name: "AppError", code: "database_unavailable" });
    expect(await names(open)).toEqual([{ name: "kept" }]);
    await open.close();
  });

  it("throws database_unavailable when it is closed, and closes once", async () => {
    const open = await openMigrated({ folder });
    await open.close();
    await expect(names(open)).rejects.toMatchObject({ name: "AppError", code: "database_unavailable" });
    await open.close();
  });

  it("gives up its room: dead rows are vacuumed away", async () => {
    const open = await openMigrated({ tidyEvery: 200 });
    const size = async () => (await open.db.execute<{ size: number }>(sql`select pg_relation_size('setting') as size`)).rows[0]?.size;
    await open.db.execute(sql`insert into setting (name, value) select 'n' || n, '1' from generate_series(1, 5000) n`);
    expect(await size()).toBeGreaterThan(0);
    await open.db.delete(setting);
    await expect.poll(size, { timeout: 30_000, interval: 200 }).toBe(0);
    await open.close();
  });
});

describe("a first start", { timeout: 60_000 }, () => {
  it("that was cut off is begun anew", async () => {
    mkdirSync(join(folder, "db.new/base"), { recursive: true });
    writeFileSync(join(folder, "db.new/PG_VERSION"), "18\n");
    await (await openPglite({ folder })).close();
    expect(existsSync(join(folder, "db.new"))).toBe(false);
  });

  it("removes nothing that is not its own", async () => {
    mkdirSync(join(folder, "db"));
    writeFileSync(join(folder, "db/precious.txt"), "mine");
    await expect(openPglite({ folder })).rejects.toThrow("files are missing");
    expect(existsSync(join(folder, "db/precious.txt"))).toBe(true);
    rmSync(join(folder, "db/precious.txt"));
    await (await openPglite({ folder })).close();
  });

  it("on a disk that is full says that, and does not call the database damaged", async (context) => {
    if (!mountSmall(folder, 8)) return context.skip();
    try {
      await expect(openPglite({ folder })).rejects.toMatchObject({
        code: "storage_full",
        message: expect.stringMatching(/is full\. Free some/u),
      });
    } finally {
      unmount(folder);
    }
  });
});

describe("a commit", { timeout: 60_000 }, () => {
  const real = fs.fsyncSync;
  const onFsync = (act: (file: number) => void): void => {
    fs.fsyncSync = act;
    syncBuiltinESMExports();
  };
  afterEach(() => onFsync(real));
  const statement = (text: string) => ({ sql: text, params: [], rowMode: "array" }) as const;

  it("is on the disk when it is acknowledged: the log is synced once a commit, and never for reading", async () => {
    const pg = await openCluster({ dir: join(folder, "db"), template: TEMPLATE });
    await execute(pg, statement("create table t (a int)"));
    let synced = 0;
    onFsync((file) => {
      synced++;
      real(file);
    });
    for (let n = 0; n < 5; n++) await execute(pg, statement(`insert into t values (${n})`));
    expect(synced).toBe(5);
    await execute(pg, statement("select * from t"));
    expect(synced).toBe(5);
    await pg.close();
  });

  it("is not acknowledged when the disk does not keep it", async () => {
    const pg = await openCluster({ dir: join(folder, "db"), template: TEMPLATE });
    await execute(pg, statement("create table t (a int)"));
    onFsync(() => {
      throw Object.assign(new Error("input/output error"), { code: "EIO" });
    });
    await expect(execute(pg, statement("insert into t values (1)"))).rejects.toMatchObject({ code: "58030", severity: "PANIC" });
  });
});
