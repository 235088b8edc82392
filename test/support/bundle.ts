import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import type { Manifest } from "vite";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Builds the web app in a folder of its own, and gives the bytes after gzip of everything that `index.html` pulls in before it is shown. */
export async function weighFirstRoute(): Promise<{ script: number; style: number }> {
  const dir = await mkdtemp(join(tmpdir(), "tintype-web-"));
  try {
    // In a process of its own, as `npm start` does it: in a test NODE_ENV is "test", and React would be its development build.
    const args = ["build", join(ROOT, "packages/web"), "--outDir", dir, "--emptyOutDir", "--logLevel", "error"];
    await promisify(execFile)(join(ROOT, "node_modules/.bin/vite"), args, { env: { ...process.env, NODE_ENV: "production" } });
    const manifest = JSON.parse(await readFile(join(dir, ".vite/manifest.json"), "utf8")) as Manifest;
    const chunks = new Set<string>();
    const visit = (name: string): void => {
      if (chunks.has(name)) return;
      chunks.add(name);
      for (const next of manifest[name]?.imports ?? []) visit(next);
    };
    visit("index.html");
    const sum = async (files: readonly string[]): Promise<number> => {
      const sizes = [...new Set(files)].map(async (file) => gzipSync(await readFile(join(dir, file))).length);
      return (await Promise.all(sizes)).reduce((total, size) => total + size, 0);
    };
    return {
      script: await sum([...chunks].map((name) => manifest[name]?.file ?? "")),
      style: await sum([...chunks].flatMap((name) => manifest[name]?.css ?? [])),
    };
  } finally {
    await rm(dir, { recursive: true });
  }
}
