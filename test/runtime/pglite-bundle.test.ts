import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build, type BuildOptions } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const ADAPTERS = join(ROOT, "packages/functions/src/adapters");
const TEMPLATE = join(ROOT, "packages/functions/template/pglite.tar.br");

const MAIN = `
  import { sql } from "drizzle-orm";
  import { openPglite } from "${ADAPTERS}/db-pglite.ts";
  const migrations = [{ tag: "0", hash: "0", statements: ["create table t as select 42 as a"] }];
  const { db, close } = await openPglite({ folder: process.argv[2], template: ${JSON.stringify(TEMPLATE)}, migrations });
  console.log(JSON.stringify((await db.execute(sql\`select a from t\`)).rows));
  await close();
`;

describe("the embedded Postgres in a bundle", { timeout: 60_000 }, () => {
  let out: string;

  beforeAll(() => {
    // Inside the repository, where PGlite, which stays outside the bundle with its WebAssembly, is found.
    const cache = join(ROOT, "node_modules/.cache");
    mkdirSync(cache, { recursive: true });
    out = mkdtempSync(join(cache, "tintype-bundle-"));
  });
  afterAll(() => rmSync(out, { recursive: true }));

  it("finds its thread beside it, without tsx", async () => {
    const common: BuildOptions = {
      bundle: true,
      platform: "node",
      format: "esm",
      target: "node20",
      outdir: out,
      external: ["@electric-sql/*"],
    };
    await build({ ...common, entryPoints: [join(ADAPTERS, "pglite-worker.ts")] });
    await build({ ...common, stdin: { contents: MAIN, resolveDir: join(ROOT, "packages/functions"), loader: "ts" } });
    const { stdout } = await promisify(execFile)(process.execPath, [join(out, "stdin.js"), join(out, "state")]);
    expect(JSON.parse(stdout)).toEqual([{ a: 42 }]);
  });
});
