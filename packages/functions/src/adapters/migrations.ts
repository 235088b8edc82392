import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { z } from "zod";
import type { Migration } from "./db-migrate.ts";

const Journal = z.object({ entries: z.array(z.object({ tag: z.string() })) });
const FOLDER = new URL("../../../core/migrations/", import.meta.url);

/** The migrations that drizzle-kit wrote to `folder`, in order. */
export function readMigrations(folder: URL = FOLDER): Migration[] {
  const journal = Journal.parse(JSON.parse(readFileSync(new URL("meta/_journal.json", folder), "utf8")));
  return journal.entries.map(({ tag }) => {
    const text = readFileSync(new URL(`${tag}.sql`, folder), "utf8");
    return { tag, hash: createHash("sha256").update(text).digest("hex"), statements: text.split("--> statement-breakpoint") };
  });
}
