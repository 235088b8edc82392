import { existsSync } from "node:fs";
import { findTool } from "./s3-process.ts";

/** Programs with which the services of deploy/ run without containers, and with which their owner talks to them. */
const DEPLOY_TOOLS = ["minio", "mc", "versitygw", "rclone", "aws", "wget", "setpriv"];

/** Whether MinIO and Postgres are there for the suites that need both: elsewhere they are skipped, but with `REQUIRE_TOOLS=1` this throws. */
export const hasHomelab = findTool("minio") !== undefined && findTool("mc") !== undefined && existsSync("/usr/lib/postgresql");

/** The same with toxiproxy, for the suites of faults. */
export const hasToxiproxy = hasHomelab && findTool("toxiproxy") !== undefined;

if (!hasHomelab || !hasToxiproxy) {
  const notice = "MinIO, Postgres or toxiproxy is not installed (.ci/run does it)";
  if (process.env["REQUIRE_TOOLS"] === "1") throw new Error(notice);
  console.warn(`${notice}: homelab suites are skipped`);
}

const missing = DEPLOY_TOOLS.filter((tool) => findTool(tool) === undefined);

/** Whether the services of deploy/ can run here, in the same way. */
export const hasDeploy = hasHomelab && missing.length === 0;

if (missing.length > 0) {
  const notice = `${missing.join(", ")} not installed (.ci/run does it)`;
  if (process.env["REQUIRE_TOOLS"] === "1") throw new Error(notice);
  console.warn(`${notice}: the suites of deploy/ are skipped`);
}
