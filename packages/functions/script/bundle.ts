import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/**
 * `npm run bundle`: the server and the command line, each in one JavaScript file, and what they start beside them, in dist/node/. They need
 * packages/web/dist, packages/core/migrations and sharp; nothing else of node_modules. `npm run bundle laptop`: the laptop's server, in
 * dist/laptop/; it needs PGlite as well.
 */
const SHAPES = {
  node: ["entry/node.ts", "entry/cli.ts"],
  laptop: ["entry/laptop.ts", "adapters/pglite-worker.ts", "../../s3/src/disk/hash-worker.js"],
};
const CHILDREN = ["adapters/image-child.ts", "adapters/metadata-worker.ts", "adapters/video-worker.ts"];

const shape = process.argv[2] === "laptop" ? "laptop" : "node";
const SRC = fileURLToPath(new URL("../src/", import.meta.url));
// As deep as src/entry/ and src/adapters/, so that paths relative to a module stay true.
const OUT = fileURLToPath(new URL(`../dist/${shape}/`, import.meta.url));

rmSync(OUT, { recursive: true, force: true });
await build({
  entryPoints: [...SHAPES[shape], ...CHILDREN].map((file) => SRC + file),
  outdir: OUT,
  entryNames: "[name]",
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  external: ["sharp", "pg-native", "@electric-sql/*"],
  // Some packages still call require() for what is part of Node.
  banner: { js: 'import { createRequire as tintypeRequire } from "node:module";\nconst require = tintypeRequire(import.meta.url);' },
  logLevel: "warning",
});
