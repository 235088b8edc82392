import { parseArgs } from "node:util";
import { AppError } from "@tintype/core/kernel";
import { writeBackup } from "../adapters/backup-file.ts";
import { dump } from "../adapters/db-dump.ts";
import { openPostgres } from "../adapters/db-postgres.ts";
import type { Command } from "./command.ts";

/** `tintype backup`: what only the database knows, in one file. */
export const backup: Command = {
  name: "backup",
  summary: "Save what the database knows in a file",
  usage: `backup FILE

  FILE  Where to write it; a name that is not taken. The photos are not in it: they are in the bucket, which is
        backed up by copying it. People may go on using Tintype meanwhile.`,
  async run({ args, print, settings }) {
    const { positionals } = parseArgs({ args: [...args], allowPositionals: true });
    const [path, ...more] = positionals;
    if (path === undefined || more.length > 0) throw new AppError("invalid", "Name one FILE to write the backup to.");
    const { databaseUrl, s3 } = settings();
    // It makes no tables: what is not there yet needs no backup.
    const { db, close } = await openPostgres({ url: databaseUrl, migrations: [] });
    try {
      const { rows } = await writeBackup(path, (to) =>
        dump(db, {
          head: (migrations) => to.head({ madeAt: new Date().toISOString(), bucket: s3.bucket, migrations: [...migrations] }),
          rows: (some) => to.rows(some),
        }),
      );
      print(`${path} holds ${rows} rows.`);
      return 0;
    } finally {
      await close();
    }
  },
};
