import { execFileSync } from "node:child_process";
import { cpSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type BuildOptions } from "esbuild";
import own from "../package.json" with { type: "json" };
import { workerBuild } from "./worker.ts";

/**
 * `npm run bundle`: the server and the command line, each in one JavaScript file, and what they start beside them, in dist/node/. They need
 * packages/web/dist, packages/core/migrations and sharp; nothing else of node_modules. `npm run bundle laptop`: the laptop's server, in
 * dist/laptop/; it needs PGlite as well. `npm run bundle lambda`: the functions of the cloud in dist/lambda/, which is all that is deployed of them:
 * sharp for Lambda's processors is in it. `npm run bundle worker`: the Worker of Cloudflare's edge, in dist/worker/worker.js.
 */
const SHAPES = {
  node: ["entry/node.ts", "entry/cli.ts"],
  laptop: ["entry/laptop.ts", "adapters/pglite-worker.ts", "../../s3/src/disk/hash-worker.js"],
  worker: ["entry/worker.ts"],
  lambda: ["api", "cron", "ingest", "migrate", "work"].map((name) => `entry/lambda-${name}.ts`),
};
const isShape = (name: string): name is keyof typeof SHAPES => name in SHAPES;
const CHILDREN = ["adapters/image-child.ts", "adapters/metadata-worker.ts", "adapters/video-worker.ts"];

const [shape = "node"] = process.argv.slice(2);
if (!isShape(shape)) throw new Error(`There is no shape ${shape}: ${Object.keys(SHAPES).join(", ")}.`);
const SRC = fileURLToPath(new URL("../src/", import.meta.url));
// As deep as src/entry/ and src/adapters/, so that paths relative to a module stay true; a Lambda has nothing but what is in its folder.
const DIST = fileURLToPath(new URL(`../dist/${shape}/`, import.meta.url));
const OUT = shape === "lambda" ? join(DIST, "functions/dist/lambda") : DIST;

rmSync(DIST, { recursive: true, force: true });
await build(shape === "worker" ? workerBuild(OUT) : nodeBuild(SHAPES[shape]));

if (shape === "lambda") {
  const packages = fileURLToPath(new URL("../../", import.meta.url));
  cpSync(join(packages, "core/migrations"), join(DIST, "core/migrations"), { recursive: true });
  cpSync(join(packages, "web/dist"), join(DIST, "web/dist"), { recursive: true });
  writeFileSync(join(DIST, "package.json"), JSON.stringify({ private: true, type: "module" }));
  const install = ["install", "--no-save", "--no-package-lock", "--silent", "--ignore-scripts", "--prefix", DIST];
  execFileSync("npm", [...install, "--os=linux", "--cpu=arm64", "--libc=glibc", `sharp@${own.dependencies.sharp}`], { stdio: "inherit" });
}

function nodeBuild(entries: readonly string[]): BuildOptions {
  return {
    entryPoints: [...entries, ...CHILDREN].map((file) => SRC + file),
    outdir: OUT,
    entryNames: "[name]",
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    external: ["sharp", "pg-native", "@electric-sql/*"],
    // Some packages still call require() for what is part of Node.
    banner: { js: 'import { createRequire as tintypeRequire } from "node:module";\nconst require = tintypeRequire(import.meta.url);' },
    // What a function starts with is read first.
    ...(shape === "lambda" && { minify: true, keepNames: true }),
    logLevel: "warning",
  };
}
