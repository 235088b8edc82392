import { closeSync, constants, openSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { hasCode } from "./errno.ts";

/** Another process works on the same folder. */
export class LockedError extends Error {
  override readonly name = "LockedError";
}

type Release = () => Promise<void>;

/** `O_EXLOCK`: on macOS a lock taken by open, on Windows (libuv's own number) an open without sharing. */
const EXCLUSIVE_OPEN: Partial<Record<NodeJS.Platform, number>> = { darwin: 0x20 | constants.O_NONBLOCK, win32: 0x10000000 };

/**
 * Takes the folder for this process alone until `release`, or until the process ends in whatever way: the system itself holds the lock, so
 * that none can be left over. On Linux it is an abstract socket named by the folder's device and number, which keeps out the processes of
 * one machine or container. Throws LockedError, which names the holder.
 */
export async function lockState(state: string): Promise<Release> {
  const about = join(state, "pid");
  try {
    const release = await take(state);
    writeFileSync(about, String(process.pid));
    return release;
  } catch (error) {
    if (!hasCode(error, "EADDRINUSE", "EBUSY", "EAGAIN", "EWOULDBLOCK")) throw error;
    throw new LockedError(`Another process${holder(about)} already serves this folder: ${state}`, { cause: error });
  }
}

async function take(state: string): Promise<Release> {
  const exclusive = EXCLUSIVE_OPEN[process.platform];
  if (exclusive !== undefined) {
    const file = openSync(join(state, "lock"), constants.O_RDWR | constants.O_CREAT | exclusive);
    return async () => closeSync(file);
  }
  const { dev, ino } = statSync(state, { bigint: true });
  const server = createServer().unref();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ path: `\0s3-${dev}-${ino}` }, resolve);
  });
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve());
    });
}

function holder(about: string): string {
  try {
    return ` (${readFileSync(about, "utf8")})`;
  } catch {
    return "";
  }
}
