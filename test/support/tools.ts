import { existsSync } from "node:fs";
import { findTool } from "./s3-process.ts";

/** Whether MinIO and Postgres are there for the suites that need both: elsewhere they are skipped, but with `REQUIRE_TOOLS=1` this throws. */
export const hasHomelab = findTool("minio") !== undefined && existsSync("/usr/lib/postgresql");

if (!hasHomelab) {
  const notice = "MinIO or Postgres is not installed (.ci/run does it)";
  if (process.env["REQUIRE_TOOLS"] === "1") throw new Error(notice);
  console.warn(`${notice}: the homelab suites are skipped`);
}
