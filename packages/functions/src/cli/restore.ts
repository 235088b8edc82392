import { parseArgs } from "node:util";
import * as Admin from "@tintype/core/admin";
import { AppError, type Ctx } from "@tintype/core/kernel";
import { readBackup } from "../adapters/backup-file.ts";
import { load } from "../adapters/db-dump.ts";
import { openPostgres } from "../adapters/db-postgres.ts";
import { createLog } from "../adapters/log.ts";
import { readMigrations } from "../adapters/migrations.ts";
import { createQueue } from "../adapters/queue-postgres.ts";
import { createS3Store } from "../adapters/store-s3.ts";
import type { NodeSettings } from "../adapters/settings-node.ts";
import type { Command } from "./command.ts";

const SHOWN = 20;

/** `tintype restore`: puts a backup into an empty database, and holds it against the bucket. */
export const restore: Command = {
  name: "restore",
  summary: "Put a backup into an empty database",
  usage: `restore FILE [--verify]

  FILE      A file that "tintype backup" wrote. All of it is put back, or nothing: into a database in which nobody
            has an account, and on which no Tintype runs: while one does, it refuses. Functions in the cloud it
            cannot see: restore there before the link of the deployment is opened for the first time.
  --verify  Then look for the original of every photo in the bucket, and say which are not there. Changes nothing.`,
  async run({ args, print, settings }) {
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: { verify: { type: "boolean" } } });
    const [path, ...more] = positionals;
    if (path === undefined || more.length > 0) throw new AppError("invalid", "Name one FILE, which a backup was written to.");
    const { databaseUrl, s3 } = settings();
    const { db, close } = await openPostgres({ url: databaseUrl, migrations: [], answerMs: Infinity });
    try {
      const migrations = readMigrations();
      const madeAt = await readBackup(path, async (head, rows) => {
        await load(db, { made: head.migrations, rows, migrations });
        return head.madeAt;
      });
      print(`The database is as it was on ${madeAt.slice(0, 10)} at ${madeAt.slice(11, 16)} UTC.`);
      return values.verify === true ? await verify({ db, s3, print }) : 0;
    } finally {
      await close();
    }
  },
};

type Verifying = { db: Ctx["db"]; s3: NodeSettings["s3"]; print: (line: string) => void };

/** Exit code 1 when the bucket lacks something. */
async function verify({ db, s3, print }: Verifying): Promise<number> {
  const store = createS3Store(s3);
  const log = createLog({ write: () => undefined });
  const ctx: Ctx = { actor: { kind: "system" }, db, store, queue: createQueue(db), now: () => new Date(), log };
  try {
    const { there, missing, changed } = await Admin.originals(ctx);
    print(`${there} ${there === 1 ? "original is" : "originals are"} in the bucket ${s3.bucket}.`);
    tell(print, missing.length === 1 ? "is missing" : "are missing", missing);
    tell(print, `${changed.length === 1 ? "has" : "have"} another size than when read, and will be read again`, changed);
    return missing.length + changed.length > 0 ? 1 : 0;
  } finally {
    store.close();
  }
}

function tell(print: (line: string) => void, what: string, keys: readonly string[]): void {
  if (keys.length === 0) return;
  print(`${keys.length} ${what}:`);
  for (const key of keys.slice(0, SHOWN)) print(`  ${key}`);
  if (keys.length > SHOWN) print(`  … and ${keys.length - SHOWN} more`);
}
