import { fileURLToPath } from "node:url";
import type { BuildOptions, Plugin } from "esbuild";

/** Messages of zod's own in 40 languages, of which we tell none but English. */
const oneLanguage: Plugin = {
  name: "one language",
  setup: (esbuild) => {
    // oxlint-disable-next-line require-unicode-regexp -- esbuild's expressions are Go's, which have no flag for that
    const filter = /zod\/v4\/locales\/index\.js$/;
    esbuild.onLoad({ filter }, () => ({ contents: 'export { default as en } from "./en.js";' }));
  },
};

/** How the Worker is bundled: as Cloudflare's own tools do it, with no word of Node. */
export function workerBuild(outdir: string): BuildOptions {
  return {
    entryPoints: [fileURLToPath(new URL("../src/entry/worker.ts", import.meta.url))],
    outdir,
    bundle: true,
    minify: true,
    keepNames: false,
    platform: "browser",
    format: "esm",
    target: "es2022",
    conditions: ["workerd", "worker", "browser"],
    plugins: [oneLanguage],
    logLevel: "warning",
  };
}
