import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** The files of a zip, as another program than ours unpacks them. */
export async function unzip(path: string): Promise<{ name: string; bytes: Buffer }[]> {
  const folder = await mkdtemp(join(tmpdir(), "tintype-unzip-"));
  try {
    await promisify(execFile)("python3", ["-m", "zipfile", "-e", path, folder]);
    const names = await readdir(folder);
    return await Promise.all(names.map(async (name) => ({ name, bytes: await readFile(join(folder, name)) })));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
