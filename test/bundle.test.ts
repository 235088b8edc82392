import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { existsSync } from "node:fs";
import { builtinModules } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import type { Manifest } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const NODE = new Set([...builtinModules, ...builtinModules.map((name) => `node:${name}`)]);

/** The Node modules that a module reaches, through everything that it imports, third-party packages included. */
async function reachedNode(contents: string): Promise<string[]> {
  const { metafile } = await build({
    stdin: { contents, resolveDir: join(ROOT, "test"), loader: "ts" },
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "browser",
    // What Cloudflare's bundler asks packages for.
    conditions: ["workerd", "worker", "browser"],
    external: [...NODE],
    logLevel: "silent",
  });
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
  return [...new Set(imports.filter(({ external }) => external).map(({ path }) => path))];
}

/** The doors of core: `@tintype/core/<domain>`. */
async function doors(): Promise<string[]> {
  const src = join(ROOT, "packages/core/src");
  return (await readdir(src)).filter((domain) => existsSync(join(src, domain, `${domain}.ts`)));
}

describe("core", () => {
  it("reaches no Node module, through any of its doors or the packages behind them", async () => {
    const all = await doors();
    expect(all).toContain("kernel");
    expect(await reachedNode(all.map((domain) => `export * as ${domain} from "@tintype/core/${domain}";`).join("\n"))).toEqual([]);
  });

  it("would be caught if it did, even through a package", async () => {
    expect(await reachedNode(`import { Client } from "pg"; export { Client };`)).toContain("net");
    expect(await reachedNode(`export { readFile } from "node:fs/promises";`)).toEqual(["node:fs/promises"]);
  });
});

describe("the API", () => {
  it("reaches no Node module but the two that Workers have as well, through better-auth", async () => {
    const reached = await reachedNode(`export { createApi } from "@tintype/functions/api";`);
    expect(reached.toSorted()).toEqual(["node:async_hooks", "node:crypto"]);
  });
});

describe("the first route of the web", () => {
  let dir = "";
  let manifest: Manifest = {};

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "tintype-web-"));
    // In a process of its own, as `npm start` does it: here NODE_ENV is "test", and React would be its development build.
    const args = ["build", join(ROOT, "packages/web"), "--outDir", dir, "--emptyOutDir", "--logLevel", "error"];
    await promisify(execFile)(join(ROOT, "node_modules/.bin/vite"), args, { env: { ...process.env, NODE_ENV: "production" } });
    manifest = JSON.parse(await readFile(join(dir, ".vite/manifest.json"), "utf8")) as Manifest;
  });

  afterAll(async () => rm(dir, { recursive: true }));

  /** Bytes after gzip of everything that `index.html` pulls in before it is shown. */
  async function weight(kind: "js" | "css"): Promise<number> {
    const chunks = new Set<string>();
    const visit = (name: string): void => {
      if (chunks.has(name)) return;
      chunks.add(name);
      for (const next of manifest[name]?.imports ?? []) visit(next);
    };
    visit("index.html");
    const files = [...chunks].flatMap((name) => (kind === "js" ? [manifest[name]?.file ?? ""] : (manifest[name]?.css ?? [])));
    const sizes = [...new Set(files)].map(async (file) => gzipSync(await readFile(join(dir, file))).length);
    return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  }

  it("weighs at most 120 KB of script and 20 KB of style, gzipped", async () => {
    const [script, style] = [await weight("js"), await weight("css")];
    expect(script).toBeGreaterThan(10_000);
    expect(script).toBeLessThanOrEqual(120 * 1024);
    expect(style).toBeLessThanOrEqual(20 * 1024);
  });
});
