import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ROOT } from "./platform.ts";
import type { Change } from "./property/property.ts";

const SETTING = ["setting", "domain", "near"].map((name) => `packages/functions/src/cli/deploy-${name}.ts`);
const SOURCES = ["sst.config.ts", "packages/functions/infra", ...SETTING];
const BUILT = [
  "packages/functions/dist/lambda/package.json",
  "packages/functions/dist/worker/worker.js",
  "packages/web/dist/index.html",
  "packages/web/dist/icon.svg",
  "packages/web/dist/assets/app.js",
  "packages/web/dist/s/index.html",
  "packages/web/dist/s/assets/page.js",
];

/** What stands in a file that is built, by its path. */
export const builtText = (path: string): string => `// ${path}`;

/** A folder with a copy of the configuration in it and, with nothing but its name in it, what is built before it is deployed. */
export type Tree = {
  root: string;
  /** Makes the changes, calls `work` and takes them back. */
  changed: <T>(changes: readonly Change[], work: () => Promise<T>) => Promise<T>;
  remove: () => void;
};

/** Makes that folder. */
export function createTree(): Tree {
  const root = mkdtempSync(join(tmpdir(), "tintype-infra-"));
  for (const path of SOURCES) cpSync(join(ROOT, path), join(root, path), { recursive: true });
  for (const path of BUILT) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    // Each another, as hashes tell.
    writeFileSync(join(root, path), builtText(path));
  }
  const apply = ({ file, from, to }: Change): void => {
    const text = readFileSync(join(root, file), "utf8");
    if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
    writeFileSync(
      join(root, file),
      text.replaceAll(from, () => to),
    );
  };
  return {
    root,
    changed: async (changes, work) => {
      for (const change of changes) apply(change);
      try {
        return await work();
      } finally {
        for (const { file } of changes) cpSync(join(ROOT, file), join(root, file));
      }
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
