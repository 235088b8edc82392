import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";
import type { OpenDatabase } from "../../packages/functions/src/adapters/db-drizzle.ts";
import { openPglite, type PgliteOptions } from "../../packages/functions/src/adapters/db-pglite.ts";
import { readMigrations } from "../../packages/functions/src/adapters/migrations.ts";

const TEMPLATE = fileURLToPath(new URL("../../packages/functions/template/pglite.tar.br", import.meta.url));
const CACHE = fileURLToPath(new URL("../../node_modules/.cache/tintype/", import.meta.url));

let template: Promise<string> | undefined;

/** `openPglite` on a cluster in which the migrations are applied already, where it is a new one: that is half of such a start. */
export async function openMigrated(options: PgliteOptions = {}): Promise<OpenDatabase> {
  return openPglite({ ...options, template: await (template ??= migratedTemplate()) });
}

/** The packed cluster, made once for these migrations by an ordinary first start. */
async function migratedTemplate(): Promise<string> {
  const content = createHash("sha256").update(readFileSync(TEMPLATE)).update(JSON.stringify(readMigrations())).digest("hex");
  const path = join(CACHE, `pglite-${content}.tar.br`);
  if (existsSync(path)) return path;
  const folder = mkdtempSync(join(tmpdir(), "tintype-template-"));
  await (await openPglite({ folder })).close();
  const tar = execFileSync("tar", ["--format=ustar", "-C", join(folder, "db"), "-c", "."], { maxBuffer: 2 ** 28 });
  mkdirSync(CACHE, { recursive: true });
  // Beside it first: others may be making it too, and none may meet a half of it.
  writeFileSync(`${path}.${process.pid}`, brotliCompressSync(tar, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }));
  renameSync(`${path}.${process.pid}`, path);
  rmSync(folder, { recursive: true });
  return path;
}
