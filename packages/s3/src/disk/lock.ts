import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hasCode } from "./errno.ts";

/** Another process works on the same folder. */
export class LockedError extends Error {
  override readonly name = "LockedError";
}

/**
 * Takes the folder for this process alone, by a file that names it; a file of a process that is gone is taken over. Throws LockedError.
 * Gives the function that lets go.
 */
export function lockState(state: string): () => void {
  const path = join(state, "lock");
  const mine = `${process.pid} ${startOf(process.pid)}`;
  try {
    writeFileSync(path, mine, { flag: "wx" });
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
    const holder = readFileSync(path, "utf8");
    if (isAlive(holder)) {
      throw new LockedError(`Another process (${holder.split(" ", 1)[0]}) already serves this folder; its lock is ${path}.`, {
        cause: error,
      });
    }
    writeFileSync(path, mine);
  }
  return () => rmSync(path, { force: true });
}

/** A process number is given again after a while, and in a container always: the time of its start tells two apart. */
function isAlive(holder: string): boolean {
  const [, pid, start] = /^(\d+) (.*)$/u.exec(holder) ?? [];
  if (pid === undefined || startOf(Number(pid)) !== start) return false;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return hasCode(error, "EPERM");
  }
}

/** When a process started, in the words of the system; empty where it does not tell. */
function startOf(pid: number): string {
  try {
    if (process.platform !== "linux") {
      return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8", stdio: "pipe" }).trim();
    }
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}
