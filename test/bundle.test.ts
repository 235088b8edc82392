import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { existsSync } from "node:fs";
import { builtinModules } from "node:module";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { workerBuild } from "../packages/functions/script/worker.ts";
import { weighFirstRoute } from "./support/bundle.ts";

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

describe("the Worker of the edge", () => {
  const built = build({ ...workerBuild("unused"), write: false, metafile: true, external: [...NODE], logLevel: "silent" });

  it("reaches no Node module at all, nor the Buffer that only Node has", async () => {
    const { metafile, outputFiles } = await built;
    expect(Object.values(metafile.outputs).flatMap(({ imports }) => imports)).toEqual([]);
    expect(Object.keys(metafile.inputs).filter((file) => /better-auth|@aws-sdk|@smithy|locales\/(?!en|index)/u.test(file))).toEqual([]);
    // What there is of this name is the copy that Neon's driver brings along.
    const withoutNeon = await build({ ...workerBuild("unused"), write: false, external: ["@neondatabase/serverless"], logLevel: "silent" });
    expect(withoutNeon.outputFiles?.[0]?.text).not.toMatch(/\bBuffer\b|\bprocess\./u);
    expect(outputFiles?.[0]?.text).toContain("Buffer");
  });

  it("is checked without the types of Node, all of it that is ours", async () => {
    const tsc = promisify(execFile)(
      join(ROOT, "node_modules/.bin/tsc"),
      ["-p", "packages/functions/tsconfig.worker.json", "--listFilesOnly"],
      {
        cwd: ROOT,
        maxBuffer: 2 ** 24,
      },
    );
    const checked = new Set((await tsc).stdout.split("\n"));
    const { metafile } = await built;
    const ours = Object.keys(metafile.inputs).filter((file) => file.startsWith("packages/"));
    expect(ours.length).toBeGreaterThan(100);
    expect(ours.filter((file) => !checked.has(join(ROOT, file)))).toEqual([]);
    expect([...checked].filter((file) => file.includes("/node_modules/@types/"))).toEqual([]);
  }, 60_000);

  it("weighs at most 250 KB, gzipped", async () => {
    const { outputFiles } = await built;
    const size = gzipSync(outputFiles?.[0]?.contents ?? "").length;
    expect(size).toBeGreaterThan(50 * 1024);
    expect(size).toBeLessThanOrEqual(250 * 1024);
  });
});

describe("the first route of the web", () => {
  it("weighs at most 120 KB of script and 20 KB of style, gzipped", async () => {
    const { script, style } = await weighFirstRoute("app");
    expect(script).toBeGreaterThan(10_000);
    expect(style).toBeGreaterThan(1_000);
    expect(script).toBeLessThanOrEqual(120 * 1024);
    expect(style).toBeLessThanOrEqual(20 * 1024);
  }, 60_000);
});

describe("the page of share links", () => {
  it("weighs at most 90 KB of script and 20 KB of style, gzipped", async () => {
    const { script, style } = await weighFirstRoute("share");
    expect(script).toBeGreaterThan(10_000);
    expect(style).toBeGreaterThan(1_000);
    expect(script).toBeLessThanOrEqual(90 * 1024);
    expect(style).toBeLessThanOrEqual(20 * 1024);
  }, 60_000);
});
