import { parseArgs } from "node:util";
import { createServer } from "./server.ts";

/** `npm run s3 -- --dir DIR --port PORT [--host HOST]`, keys from the environment. */
const { values } = parseArgs({
  options: { dir: { type: "string" }, port: { type: "string", default: "9000" }, host: { type: "string", default: "127.0.0.1" } },
});
const { S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey } = process.env;
const problems = [
  values.dir === undefined ? "Say which folder holds the buckets: --dir DIR." : undefined,
  accessKeyId ? undefined : "The environment variable S3_ACCESS_KEY_ID is missing.",
  secretAccessKey ? undefined : "The environment variable S3_SECRET_ACCESS_KEY is missing.",
].filter((problem) => problem !== undefined);

if (values.dir === undefined || !accessKeyId || !secretAccessKey) {
  process.stderr.write(`${problems.join("\n")}\n`);
  process.exit(2);
}
const server = await createServer({
  dir: values.dir,
  credentials: [{ accessKeyId, secretAccessKey }],
  onWarning: (message, cause) => process.stderr.write(`${message} ${cause instanceof Error ? (cause.stack ?? cause.message) : ""}\n`),
});
await server.listen(Number(values.port), values.host);
process.stdout.write(`${server.url}\n`);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void server.close().then(() => process.exit(0)));
