import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { hasCode } from "./disk/errno.ts";
import { checkPort } from "./port.ts";
import { createServer, LockedError, STATE_FOLDER } from "./server.ts";

/** `npm run s3 -- --dir DIR --port PORT [--host HOST]`, keys from the environment. Exit code 2 for wrong settings, 1 for anything else. */
const { values } = parseArgs({
  options: { dir: { type: "string" }, port: { type: "string", default: "9000" }, host: { type: "string", default: "127.0.0.1" } },
});
const { S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey } = process.env;
const port = Number(values.port);

function stop(code: 1 | 2, ...messages: string[]): never {
  process.stderr.write(messages.map((message) => `${message}\n`).join(""));
  process.exit(code);
}

/** What a failed start means to the person at the terminal. */
function explain(error: unknown): string {
  if (error instanceof LockedError) return error.message;
  if (hasCode(error, "EADDRINUSE")) return `Port ${port} is taken. Choose another one with --port.`;
  if (hasCode(error, "EADDRNOTAVAIL", "ENOTFOUND")) return `${values.host} is no address of this machine. Choose another one with --host.`;
  if (hasCode(error, "EACCES", "EPERM", "EROFS")) return `The folder ${values.dir} cannot be written to, or port ${port} not be opened.`;
  if (hasCode(error, "ENOTDIR", "EEXIST")) return `${values.dir} is no folder.`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

const problems = [
  values.dir === undefined ? "Say which folder holds the buckets: --dir DIR." : undefined,
  Number.isInteger(port) && port >= 0 && port < 65_536 ? undefined : `--port ${values.port} is not a number from 0 to 65535.`,
  accessKeyId ? undefined : "The environment variable S3_ACCESS_KEY_ID is missing: choose an access key and set it.",
  secretAccessKey ? undefined : "The environment variable S3_SECRET_ACCESS_KEY is missing: choose a secret and set it.",
].filter((problem) => problem !== undefined);
if (values.dir === undefined || !accessKeyId || !secretAccessKey || problems.length > 0) stop(2, ...problems);

try {
  // Nothing is made for a start that cannot succeed. A folder that is in use already says better who is in the way: its lock.
  if (!existsSync(join(values.dir, STATE_FOLDER))) await checkPort(port, values.host);
  const server = await createServer({
    dir: values.dir,
    credentials: [{ accessKeyId, secretAccessKey }],
    onNotice: (message) => void process.stdout.write(`${message}\n`),
    onWarning: (message, cause) => {
      process.stderr.write(`${message}${cause instanceof Error ? ` ${cause.stack ?? cause.message}` : ""}\n`);
    },
  });
  await server.listen(port, values.host);
  process.stdout.write(`S3 on ${server.url}, over ${values.dir}\n`);
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      void server.close().then(() => process.exit(0));
    });
  }
} catch (error) {
  stop(1, explain(error));
}
