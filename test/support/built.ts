import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** What all that is built is made of: the lock file tells what is in node_modules. */
const SOURCES = ["package.json", "package-lock.json", "tsconfig.json", "packages"];

/** What is built: folders, of these files and folders; `note` is the file that remembers of which. Absolute paths. */
export type Built = { outputs: readonly string[]; sources: readonly string[]; note: string };

/** Builds it, unless it lies there as it was last built, and of what was there then: suites that run one after the other then build once. */
export function buildOnce({ outputs, sources, note }: Built, build: () => void): void {
  const wanted = digest(sources, (path) => readFileSync(path));
  // Whoever else builds there leaves other times behind.
  const found = (): string => `${wanted} ${digest(outputs, (path) => `${statSync(path).mtimeMs} ${statSync(path).size}`)}`;
  if (existsSync(note) && readFileSync(note, "utf8") === found()) return;
  build();
  mkdirSync(dirname(note), { recursive: true });
  writeFileSync(note, found());
}

/** Runs a script of package.json that builds the folder `output`, if that is needed. */
export function runOnce(name: string, args: readonly string[], output: string): void {
  const note = join(ROOT, "node_modules/.cache/tintype", `built-${name}`);
  const build = (): void => {
    // A test runner's own NODE_ENV would build React for development.
    execFileSync("npm", ["run", ...args], {
      cwd: ROOT,
      env: { ...process.env, NODE_ENV: "production" },
      stdio: ["ignore", "ignore", "pipe"],
    });
  };
  buildOnce({ outputs: [join(ROOT, output)], sources: SOURCES.map((path) => join(ROOT, path)), note }, build);
}

function digest(paths: readonly string[], tell: (path: string) => Buffer | string): string {
  const hash = createHash("sha256");
  for (const path of paths.flatMap(filesOf)) hash.update(path).update("\0").update(tell(path)).update("\0");
  return hash.digest("hex");
}

function filesOf(path: string): string[] {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  const names = readdirSync(path).filter((name) => name !== "node_modules" && name !== "dist");
  return names.toSorted().flatMap((name) => filesOf(join(path, name)));
}
