import { startPostgres } from "./postgres.ts";

/**
 * Before the suites that want a stock Postgres: `DATABASE_URL_TEST` names one, or one is started for this run.
 * Where there is none to start, those suites are skipped; with `REQUIRE_TOOLS=1` that is a failure.
 */
export async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env["DATABASE_URL_TEST"] !== undefined) return undefined;
  const postgres = await startPostgres();
  if (postgres === undefined) {
    if (process.env["REQUIRE_TOOLS"] === "1") throw new Error("Postgres is not installed (apt-get install postgresql)");
    console.warn("Postgres is not installed: the suites that need it are skipped");
    return undefined;
  }
  process.env["DATABASE_URL_TEST"] = postgres.url;
  return postgres.stop;
}
