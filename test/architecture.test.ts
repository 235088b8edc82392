import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { crowd, deadPlants, lintPlants, type Plant, treePlants, typePlants } from "./lint/plant.ts";
import { breaches, treeOf } from "./lint/tree.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const here = treeOf(ROOT);

/** A copy of the sources with violations planted in it, so that each rule is seen to catch what it forbids. */
async function plantedCopy(plants: readonly Plant[]): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "tintype-planted-"));
  const sources = here.files.filter((file) =>
    /^(?:packages\/.*\.(?:tsx?|css|json)|test\/(?:lint|support)\/.*|test\/package\.json|[^/]+\.json|.*\.md)$/u.test(file),
  );
  for (const file of sources.filter((source) => !source.includes("/migrations/"))) await cp(join(ROOT, file), join(root, file));
  await linkModules(root);
  for (const { file, text } of plants) {
    await mkdir(dirname(join(root, file)), { recursive: true });
    await writeFile(join(root, file), text);
  }
  return root;
}

/** Links what is installed into the copy; our own packages are those of the copy, or a compiler would see each of them twice. */
async function linkModules(root: string): Promise<void> {
  await mkdir(join(root, "node_modules/@tintype"), { recursive: true });
  const installed = (await readdir(join(ROOT, "node_modules"))).filter((name) => name !== "@tintype");
  for (const name of installed) await symlink(join(ROOT, "node_modules", name), join(root, "node_modules", name));
  await symlink(join(root, "test"), join(root, "node_modules/@tintype/test"));
  for (const name of await readdir(join(root, "packages"))) {
    await symlink(join(root, "packages", name), join(root, "node_modules/@tintype", name));
    const own = join(ROOT, "packages", name, "node_modules");
    if (existsSync(own)) await symlink(own, join(root, "packages", name, "node_modules"));
  }
}

/** The standard output of one of our tools; it exits with an error when it has something to say. */
async function output(tool: string, args: readonly string[], cwd: string): Promise<string> {
  return new Promise((resolve) => {
    execFile(join(ROOT, "node_modules/.bin", tool), args, { cwd, maxBuffer: 2 ** 26 }, (_, stdout) => {
      resolve(stdout);
    });
  });
}

/** What oxlint says of these files. That the others break nothing is what `npm run lint` looks at: it takes ten times as long. */
async function lint(root: string, files: readonly string[]): Promise<string[]> {
  const said = await output("oxlint", ["--format", "json", ...files], root);
  if (!said.startsWith("{")) throw new Error(`oxlint: ${said}`);
  const report = JSON.parse(said) as { diagnostics: { filename: string; code: string }[] };
  return report.diagnostics.map(({ filename, code }) => `${filename} ${code}`);
}

async function compile(root: string): Promise<string[]> {
  const projects = ["packages/core", "packages/functions/tsconfig.worker.json"];
  const said = await Promise.all(projects.map((project) => output("tsc", ["-p", project, "--pretty", "false"], root)));
  return [...said.join("").matchAll(/^(?<file>\S+)\(\d+,\d+\): error (?<code>TS\d+)/gmu)].map(
    ({ groups }) => `${groups?.["file"]} ${groups?.["code"]}`,
  );
}

async function dead(root: string): Promise<string[]> {
  const said = await output("knip", ["--reporter", "json"], root);
  const report = JSON.parse(said) as { issues: { file: string; files: unknown[]; exports: unknown[] }[] };
  return report.issues.flatMap(({ file, files, exports }) => [
    ...(files.length > 0 ? [`${file} files`] : []),
    ...(exports.length > 0 ? [`${file} exports`] : []),
  ]);
}

const sorted = (found: Iterable<string>): string[] => [...new Set(found)].toSorted();
const expected = (plants: readonly Plant[]): string[] => sorted(plants.map(({ file, rule }) => `${file} ${rule}`));

describe("this tree", () => {
  it("breaks none of the rules of test/lint/tree.ts", () => {
    expect(breaches(here)).toEqual([]);
  });
});

describe("a tree with a violation of each rule planted in it", () => {
  let lintRoot = "";
  let typeRoot = "";
  let linted: string[] = [];
  let compiled: string[] = [];
  let unused: string[] = [];

  beforeAll(async () => {
    [lintRoot, typeRoot] = await Promise.all([
      plantedCopy([...lintPlants, ...treePlants, ...crowd]),
      plantedCopy([...typePlants, ...deadPlants]),
    ]);
    const planted = lintPlants.map(({ file }) => file);
    [linted, compiled, unused] = await Promise.all([lint(lintRoot, planted), compile(typeRoot), dead(typeRoot)]);
  }, 180_000);

  afterAll(async () => {
    for (const root of [lintRoot, typeRoot]) await rm(root, { recursive: true, force: true });
  });

  it.each(lintPlants)("is refused by oxlint: $breaks", ({ file, rule }) => {
    expect(linted).toContain(`${file} ${rule}`);
  });

  it("is refused by oxlint for nothing else", () => {
    expect(sorted(linted)).toEqual(expected(lintPlants));
  });

  it.each(typePlants)("does not compile: $breaks", ({ file, rule }) => {
    expect(compiled).toContain(`${file} ${rule}`);
  });

  it("compiles but for that", () => {
    expect(sorted(compiled)).toEqual(expected(typePlants));
  });

  it.each(deadPlants.filter(({ rule }) => rule !== ""))("is refused by knip: $breaks", ({ file, rule }) => {
    expect(unused).toContain(`${file} ${rule}`);
  });

  it.each([...treePlants, ...crowd.slice(0, 1)])("is refused by the tree's rules: $breaks", ({ file, rule }) => {
    const files = [...here.files, ...[...treePlants, ...crowd].map((plant) => plant.file)];
    const found = breaches({ root: lintRoot, files }).map((breach) => `${breach.file} ${breach.message}`);
    const place = rule === "has 11 files" ? dirname(file) : file;
    expect(found).toContainEqual(expect.stringMatching(new RegExp(`^${place} .*${rule}`, "u")));
  });
});
