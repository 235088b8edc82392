import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { PGlite } from "@electric-sql/pglite";

/**
 * Makes template/pglite.tar.br: an empty cluster, cleanly shut down, as initdb of the installed PGlite leaves it, so that a first start
 * need not run initdb (2 to 7 s). Run it when PGlite is upgraded: `node --import tsx packages/functions/script/pglite-template.ts`.
 */
const dir = mkdtempSync(join(tmpdir(), "pglite-"));
const pg = await PGlite.create({ dataDir: dir, initDbStartParams: ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] });
await pg.query("vacuum (freeze, analyze)");
// Two thirds of the files are databases to copy new ones from, and there will be no other database.
for (const name of ["template0", "template1"]) {
  await pg.query(`update pg_database set datistemplate = false where datname = '${name}'`);
  await pg.query(`drop database ${name}`);
}
await pg.close();
const tar = execFileSync("tar", ["--format=ustar", "--owner=0", "--group=0", "--sort=name", "-C", dir, "-c", "."], { maxBuffer: 2 ** 28 });
const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_SIZE_HINT]: tar.length };
writeFileSync(new URL("../template/pglite.tar.br", import.meta.url), brotliCompressSync(tar, { params }));
rmSync(dir, { recursive: true });
