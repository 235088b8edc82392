import * as Account from "@tintype/core/account";
import { STORAGE_JOB } from "@tintype/core/storage";
import { openNeon } from "../adapters/db-neon.ts";
import { setupToken } from "../adapters/derived-token.ts";
import { readMigrations } from "../adapters/migrations.ts";
import { openCloud } from "./cloud.ts";

/** Called once by each deployment: brings the database up to date, has the store probed, and tells where the first person begins. */
export async function handler(): Promise<{ open: string }> {
  const { ctx, settings, begin, secret } = await openCloud(process.env);
  const end = begin();
  await openNeon({ url: settings.databaseUrl, migrations: readMigrations() });
  await ctx.queue.enqueue([STORAGE_JOB]);
  await end();
  const isNew = await Account.needsSetUp(ctx);
  return { open: isNew ? `${settings.publicUrl}/setup#token=${setupToken(await secret())}` : settings.publicUrl };
}
