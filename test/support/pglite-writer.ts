import { setting } from "@tintype/core/kernel/table";
import { openMigrated } from "./migrated.ts";

// A process that writes until it is killed, and tells its parent of every row that was acknowledged: `pglite-writer.ts FOLDER PREFIX`.
const [folder = "", prefix = ""] = process.argv.slice(2);
const { db } = await openMigrated({ folder });
for (let n = 0; ; n++) {
  const name = `${prefix}-${n}`;
  await db.insert(setting).values({ name, value: "x".repeat(2000) });
  process.send?.(name);
}
