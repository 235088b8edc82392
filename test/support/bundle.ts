import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** What is built on its own: the app, and the page of share links. */
const PAGES = { app: { config: "vite.config.ts", page: "index.html" }, share: { config: "vite.share.config.ts", page: "s/index.html" } };

/**
 * Builds a page in a folder of its own, and gives the bytes after gzip of everything that its HTML asks for: modules that others import are preloaded
 * there.
 */
export async function weighFirstRoute(which: keyof typeof PAGES): Promise<{ script: number; style: number }> {
  const dir = await mkdtemp(join(tmpdir(), "tintype-web-"));
  try {
    // In a process of its own, as `npm start` does it: in a test NODE_ENV is "test", and React would be its development build.
    const web = join(ROOT, "packages/web");
    const args = ["build", web, "--config", join(web, PAGES[which].config), "--outDir", dir, "--emptyOutDir", "--logLevel", "error"];
    await promisify(execFile)(join(ROOT, "node_modules/.bin/vite"), args, { env: { ...process.env, NODE_ENV: "production" } });
    const page = await readFile(join(dir, PAGES[which].page), "utf8");
    const weigh = async (ending: RegExp): Promise<number> => {
      const files = [...page.matchAll(/(?:src|href)="\/([^"]+)"/gu)].map(([, file]) => file ?? "").filter((file) => ending.test(file));
      const sizes = await Promise.all(files.map(async (file) => gzipSync(await readFile(join(dir, file))).length));
      return sizes.reduce((total, size) => total + size, 0);
    };
    return { script: await weigh(/\.js$/u), style: await weigh(/\.css$/u) };
  } finally {
    await rm(dir, { recursive: true });
  }
}
