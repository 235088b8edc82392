import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Runs `tintype` with these arguments and settings, as a process of its own: its exit code, and what it printed. */
export function runCli(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ code: number; output: string; error: string }> {
  return new Promise((resolve) => {
    const command = ["--import", "tsx", "packages/functions/src/entry/cli.ts", ...args];
    const child = execFile(process.execPath, command, { cwd: ROOT, env: { ...process.env, ...env } }, (_, output, error) => {
      resolve({ code: child.exitCode ?? -1, output, error });
    });
  });
}
