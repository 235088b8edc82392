import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { parseSync, type Statement } from "oxc-parser";

/** A rule broken somewhere in the tree: which file, and what to do about it. */
export type Breach = { file: string; message: string };

/** A checkout: its folder and the files in it that git knows or would add, with `/`. */
export type Tree = { root: string; files: readonly string[] };

const TOP = new Set(
  `.ci .github .gitignore .nvmrc .oxfmtrc.json .oxlintrc.json CONTRIBUTING.md LICENSE NOTICE README.md SECURITY.md deploy docs
   package-lock.json package.json packages sst.config.ts test tsconfig.json`.split(/\s+/u),
);
const EMPTY_WORDS = ["utils", "util", "helpers", "helper", "manager", "service", "services", "common", "misc"];
/** What the tools make: documents may name it, git does not know it. */
const GENERATED = ["test/results"];
const TESTED_FROM = 25;
const DOMAIN_FILES = 10;

/** The tree of a git checkout. */
export function treeOf(root: string): Tree {
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: root, encoding: "utf8" });
  return { root, files: [...new Set(listed.split("\0"))].filter((file) => file !== "" && existsSync(join(root, file))) };
}

/** Every rule of this file, on the whole tree. */
export function breaches(tree: Tree): Breach[] {
  return [untested, misnamed, crowded, strayed, deadPaths].flatMap((rule) => rule(tree));
}

/** Core files of 25 lines or more with code in them need `x.test.ts` beside them. */
function untested({ root, files }: Tree): Breach[] {
  return files
    .filter((file) => /^packages\/core\/src\/.+\.ts$/u.test(file) && !/\.(?:test|sql)\.ts$/u.test(file))
    .filter((file) => !files.includes(file.replace(/\.ts$/u, ".test.ts")))
    .filter((file) => {
      const text = readFileSync(join(root, file), "utf8");
      return text.trimEnd().split("\n").length >= TESTED_FROM && parseSync(file, text).program.body.some(isCode);
    })
    .map((file) => ({ file, message: "has no test beside it" }));
}

/** False for imports, exports from elsewhere and types: what is nothing at run time, or is tested where it comes from. */
function isCode(statement: Statement): boolean {
  if (statement.type === "ExportNamedDeclaration") return statement.declaration !== null && isCode(statement.declaration);
  return !["ImportDeclaration", "ExportAllDeclaration", "TSTypeAliasDeclaration", "TSInterfaceDeclaration"].includes(statement.type);
}

/** Names say what a thing is; words that fit everything say nothing. */
function misnamed({ files }: Tree): Breach[] {
  const words = (file: string) => file.split("/").flatMap((step) => step.split(/[.-]/u));
  return files
    .filter((file) => words(file).some((word) => EMPTY_WORDS.includes(word)))
    .map((file) => ({ file, message: `is named by a word that fits everything (${EMPTY_WORDS.join(", ")})` }));
}

/** A domain has at most ten files, tests and fixtures aside. */
function crowded({ files }: Tree): Breach[] {
  const counts = new Map<string, number>();
  for (const file of files) {
    const domain = /^packages\/core\/src\/[^/]+/u.exec(file)?.[0];
    if (domain !== undefined && !file.endsWith(".test.ts")) counts.set(domain, (counts.get(domain) ?? 0) + 1);
  }
  return [...counts]
    .filter(([, count]) => count > DOMAIN_FILES)
    .map(([file, count]) => ({ file, message: `has ${count} files; more than ${DOMAIN_FILES} are two domains` }));
}

/** Nothing new at the top of the repository. */
function strayed({ files }: Tree): Breach[] {
  return files
    .filter((file) => !TOP.has(file.split("/")[0] ?? ""))
    .map((file) => ({ file, message: "does not belong at the top of the repository" }));
}

/** Every path, link and npm script that a document names exists. */
function deadPaths({ root, files }: Tree): Breach[] {
  const scripts = scriptsOf(root);
  return files
    .filter((file) => file.endsWith(".md"))
    .flatMap((file) => {
      const text = readFileSync(join(root, file), "utf8");
      const links = [...text.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/gu)].map(([, to = ""]) => normalize(join(dirname(file), to)));
      const named = [...text.matchAll(/`((?:packages|test|deploy|docs|\.ci|\.github)\/[^`\s]*)`/gu)].map(([, path = ""]) => path);
      const commands = [...text.matchAll(/npm run ([\w:-]+)/gu)].map(([, script = ""]) => script);
      return [
        ...[...links, ...named].filter((path) => !matches(path, files)).map((path) => `names ${path}, which does not exist`),
        ...commands.filter((script) => !scripts.includes(script)).map((script) => `names npm run ${script}, which does not exist`),
      ].map((message) => ({ file, message }));
    });
}

function scriptsOf(root: string): string[] {
  const manifest: unknown = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const scripts = typeof manifest === "object" && manifest !== null && "scripts" in manifest ? manifest.scripts : {};
  return Object.keys(scripts ?? {});
}

/** True when a file or folder has this path; `*` and `<name>` stand for anything within a step. */
function matches(path: string, files: readonly string[]): boolean {
  const pattern = path
    .replace(/\/$/u, "")
    .replaceAll(/[$()+.?[\\\]^{|}]/gu, String.raw`\$&`)
    .replaceAll(/\*+|<[^>]+>/gu, "[^/]*");
  return [...files, ...GENERATED].some((file) => new RegExp(`^${pattern}(?:/|$)`, "u").test(file));
}
