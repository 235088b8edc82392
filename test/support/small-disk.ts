import { execFileSync } from "node:child_process";
import { open } from "node:fs/promises";

/** Makes `folder` a file system of `megabytes` MB. False, with a notice, where that is not allowed; with `REQUIRE_TOOLS=1` it throws. */
export function mountSmall(folder: string, megabytes: number): boolean {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", folder], { stdio: "ignore" });
    return true;
  } catch (error) {
    if (process.env["REQUIRE_TOOLS"] === "1") throw error;
    console.warn("A small file system cannot be mounted here: the test of a full disk is skipped");
    return false;
  }
}

export function unmount(folder: string): void {
  execFileSync("umount", ["-l", folder]);
}

/** Writes until not a byte more fits. */
export async function fill(path: string): Promise<void> {
  const file = await open(path, "w");
  try {
    for (let size = 1 << 20; size >= 1;) {
      const written = await file.write(Buffer.alloc(size)).catch(() => undefined);
      if (written === undefined) size >>= 1;
    }
  } finally {
    await file.close();
  }
}
