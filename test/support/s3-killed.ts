import fs, { constants, promises } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { createServer } from "@tintype/s3";
import { openHttp } from "./s3-http.ts";
import { KEYS } from "./s3-process.ts";

/**
 * A server that does one request and is killed right before its STEPth change of the disk: `s3-killed DIR STEP`, the request on stdin as
 * JSON. Says the status when it got that far.
 */
const [dir = "", limit = ""] = process.argv.slice(2);
let left = Number.POSITIVE_INFINITY;

function step(): void {
  left--;
  if (left <= 0) process.kill(process.pid, "SIGKILL");
}

type Call = (...args: unknown[]) => unknown;

/** Every one of these calls counts; of the opens only those that may make a file. */
function count(target: object, names: readonly string[], counts: (args: readonly unknown[]) => boolean = () => true): void {
  for (const name of names) {
    const original = Reflect.get(target, name) as Call;
    Reflect.set(target, name, function counted(this: unknown, ...args: unknown[]): unknown {
      if (counts(args)) step();
      return original.apply(this, args);
    });
  }
}

const makes = ([, flags]: readonly unknown[]): boolean =>
  typeof flags === "number" ? (flags & constants.O_CREAT) !== 0 : typeof flags === "string" && flags !== "r" && flags !== "r+";

const handle = await promises.open(process.execPath);
count(Object.getPrototypeOf(handle) as object, ["sync", "datasync", "write", "writev", "writeFile", "truncate"]);
await handle.close();
count(promises, ["rename", "link", "unlink", "rm", "mkdir", "rmdir", "truncate", "copyFile"]);
count(fs, ["write", "fdatasync", "fsync", "ftruncateSync", "truncateSync", "mkdirSync", "writeFileSync", "rmSync"]);
count(fs, ["open"], makes);
count(promises, ["open"], makes);
syncBuiltinESMExports();

const server = await createServer({ dir, credentials: [KEYS] });
await server.listen(0);
const { head, body } = JSON.parse(fs.readFileSync(0, "utf8")) as { head: string; body: string };
const connection = await openHttp(server.url);
left = Number(limit);
const { status } = await connection.request(head, [Buffer.from(body, "base64")]);
fs.writeSync(1, String(status));
process.exit(0);
