/** One planted violation: a file to write into a copy of the tree, and the rule that must see it (and nothing else). */
export type Plant = { breaks: string; file: string; text: string; rule: string };

const core = "packages/core/src";
const functions = "packages/functions/src";
const web = "packages/web/src";

/** An import in a file that must not have it. */
function importPlant(breaks: string, file: string, text: string): Plant {
  return { breaks, file, text: `${text}\n`, rule: "tintype(boundary)" };
}

/** A verb of core in a file of its own. */
function verb(breaks: string, name: string, body: string): Plant {
  const used = ["asset", "allow"].filter((word) => new RegExp(`${word}[,()]`, "u").test(body));
  const imports = [
    used.includes("allow") ? 'import { allow, type Ctx } from "#kernel";\n' : 'import type { Ctx } from "#kernel";\n',
    used.includes("asset") ? 'import { asset } from "./asset.sql.ts";\n' : "",
  ];
  return { breaks, file: `${core}/asset/planted-${name}.ts`, text: `${imports.join("")}\n${body}\n`, rule: "tintype(allow-first)" };
}

function lines(count: number): string {
  return Array.from({ length: count }, (_, i) => `export const line${i} = ${i};\n`).join("");
}

const long = (breaks: string, file: string, count: number): Plant => ({ breaks, file, text: lines(count), rule: "eslint(max-lines)" });

/** The same plant with a doc comment on its functions, so that it breaks its own rule alone. */
function documented(plant: Plant): Plant {
  if (plant.rule === "tintype(documented)") return plant;
  return { ...plant, text: plant.text.replaceAll(/^(?=export (?:async )?(?:function|const \w+ = \())/gmu, "/** Planted. */\n") };
}

const bare: readonly Plant[] = [
  importPlant("core imports Node", `${core}/asset/planted-node.ts`, 'export { readFile } from "node:fs/promises";'),
  importPlant("core imports hono", `${core}/asset/planted-hono.ts`, 'export { Hono } from "hono";'),
  importPlant("core imports sharp", `${core}/asset/planted-sharp.ts`, 'export const sharp = await import("sharp");'),
  importPlant("core imports exifr", `${core}/asset/planted-exifr.ts`, 'export { parse } from "exifr";'),
  importPlant("core imports the AWS SDK", `${core}/asset/planted-aws.ts`, 'export { S3Client } from "@aws-sdk/client-s3";'),
  importPlant("core imports functions", `${core}/asset/planted-functions.ts`, 'export type { Api } from "@tintype/functions/api";'),
  importPlant("core imports web", `${core}/asset/planted-web.ts`, 'export type { Web } from "@tintype/web";'),
  importPlant("a domain reaches past another's door", `${core}/upload/planted-door.ts`, 'export type { Exif } from "../asset/kind.ts";'),
  importPlant("a domain imports its own door", `${core}/upload/planted-self.ts`, 'export { upload } from "#upload/table";'),
  importPlant("a lower layer imports a higher one", `${core}/asset/planted-layer.ts`, 'export { upload } from "#upload/table";'),
  importPlant("the kernel imports the store at run time", `${core}/kernel/planted-store.ts`, 'export { safeName } from "#storage";'),
  importPlant("a domain without a layer", `${core}/planted/planted.ts`, 'export type { Ctx } from "#kernel";'),
  importPlant("api imports an adapter", `${functions}/api/planted-adapter.ts`, 'export { a } from "../adapters/planted-a.ts";'),
  importPlant("jobs import an adapter", `${functions}/jobs/planted-adapter.ts`, 'export { a } from "../adapters/planted-a.ts";'),
  importPlant("api imports Node", `${functions}/api/planted-node.ts`, 'export { hostname } from "node:os";'),
  importPlant("jobs import an IO package", `${functions}/jobs/planted-io.ts`, 'export { default as sharp } from "sharp";'),
  importPlant("api calls jobs", `${functions}/api/planted-jobs.ts`, 'export { a } from "../jobs/planted-a.ts";'),
  importPlant("an adapter imports api", `${functions}/adapters/planted-api.ts`, 'export { a } from "../api/planted-a.ts";'),
  importPlant("something imports an entry", `${functions}/adapters/planted-entry.ts`, 'export { a } from "../entry/planted-a.ts";'),
  importPlant("an adapter reads the process", `${functions}/adapters/planted-env.ts`, 'export { env } from "node:process";'),
  importPlant("an adapter imports the S3 server", `${functions}/adapters/planted-s3.ts`, 'export * from "@tintype/s3";'),
  importPlant("a command does its IO itself", `${functions}/cli/planted-node.ts`, 'export { readFile } from "node:fs/promises";'),
  importPlant("a command calls jobs", `${functions}/cli/planted-jobs.ts`, 'export { a } from "../jobs/planted-a.ts";'),
  importPlant("a sixth folder in functions", `${functions}/planted/planted.ts`, 'export { Hono } from "hono";'),
  importPlant("an adapter imports infra", `${functions}/adapters/planted-infra.ts`, 'export { watch } from "../../infra/watch.ts";'),
  importPlant("infra imports core", "packages/functions/infra/planted-core.ts", 'export { LIBRARY } from "@tintype/core/storage";'),
  importPlant(
    "infra imports our code",
    "packages/functions/infra/planted-src.ts",
    'export { policyFor } from "../src/adapters/store-s3-policy.ts";',
  ),
  importPlant("web imports functions at run time", `${web}/planted-api.ts`, 'export { createApi } from "@tintype/functions/api";'),
  importPlant("web imports Node", `${web}/planted-node.ts`, 'export { join } from "node:path";'),
  importPlant("web imports the S3 server", `${web}/planted-s3.ts`, 'export type * from "@tintype/s3";'),
  importPlant("the grid engine imports a framework", `${web}/grid/planted.ts`, 'export { useState } from "react";'),
  importPlant("the upload engine imports a feature", `${web}/upload/planted.ts`, 'export type * from "../feature/upload/pick.ts";'),
  importPlant("a pure helper imports an engine", `${web}/lib/planted-lib.ts`, 'export { deviceClock } from "../upload/clock.ts";'),
  importPlant("s3 imports a package", "packages/s3/src/planted.ts", 'export { z } from "zod";'),
  importPlant("s3 imports core", "packages/s3/src/planted-core.ts", 'export { safeName } from "@tintype/core/storage";'),
  importPlant("a package reaches into another", "packages/s3/src/planted-path.ts", `export * from "../../core/src/storage/key.ts";`),
  verb("a verb writes without asking", "insert", `export async function add(ctx: Ctx) {\n  await ctx.db.insert(asset).values([]);\n}`),
  verb(
    "a verb asks too late",
    "late",
    `export async function drop(ctx: Ctx, ownerId: string) {\n  await ctx.db.delete(asset);\n  allow(ctx, "asset.write", { ownerId });\n}`,
  ),
  verb(
    "a verb writes through a function of its file",
    "through",
    `export async function touch(ctx: Ctx) {\n  await save(ctx);\n}\n\nasync function save({ store }: Ctx) {\n  await store.remove([]);\n}`,
  ),
  verb("a verb enqueues without asking", "queue", `const kick = async ({ queue }: Ctx) => queue.enqueue([]);\n\nexport { kick };`),
  long("a file of more than 300 lines", `${web}/planted-long.ts`, 301),
  long("a route file of more than 120 lines", `${functions}/api/planted-long.ts`, 121),
  long("an entry of more than 50 lines", `${functions}/entry/planted-long.ts`, 51),
  {
    breaks: "an adapter reads process.env",
    file: `${functions}/adapters/planted-process.ts`,
    text: `export const port = process.env["PORT"];\n`,
    rule: "node(no-process-env)",
  },
  {
    breaks: "two files import each other",
    file: `${core}/asset/planted-cycle-a.ts`,
    text: `import { b } from "./planted-cycle-b.ts";\n\nexport const a = (): unknown => b;\n`,
    rule: "import(no-cycle)",
  },
  {
    breaks: "two files import each other (the other half)",
    file: `${core}/asset/planted-cycle-b.ts`,
    text: `import { a } from "./planted-cycle-a.ts";\n\nexport const b = (): unknown => a;\n`,
    rule: "import(no-cycle)",
  },
  {
    breaks: "domains import each other through their doors",
    file: `${core}/places/places.ts`,
    text: `import { people } from "#people";\n\nexport const places = (): unknown => people;\n`,
    rule: "import(no-cycle)",
  },
  {
    breaks: "domains import each other through their doors (the other half)",
    file: `${core}/people/people.ts`,
    text: `import { places } from "#places";\n\nexport const people = (): unknown => places;\n`,
    rule: "import(no-cycle)",
  },
  {
    breaks: "a type imported as a value",
    file: `${core}/asset/planted-type.ts`,
    text: `import { Ctx } from "#kernel";\n\nexport const actor = (ctx: Ctx): unknown => ctx.actor;\n`,
    rule: "typescript(consistent-type-imports)",
  },
  { breaks: "any", file: `${core}/asset/planted-any.ts`, text: "export type Thing = any;\n", rule: "typescript(no-explicit-any)" },
  {
    breaks: "else after return",
    file: `${core}/asset/planted-else.ts`,
    text: "export function sign(a: number): number {\n  if (a < 0) {\n    return -1;\n  } else {\n    return 1;\n  }\n}\n",
    rule: "eslint(no-else-return)",
  },
  {
    breaks: "a promise that nobody awaits (needs types)",
    file: `${core}/asset/planted-floating.ts`,
    text: "export function start(work: () => Promise<void>): void {\n  work();\n}\n",
    rule: "typescript(no-floating-promises)",
  },
  {
    breaks: "an exported function without a doc comment",
    file: `${core}/asset/planted-undocumented.ts`,
    text: "// Not a doc comment.\nexport const twice = (a: number): number => 2 * a;\n",
    rule: "tintype(documented)",
  },
  {
    breaks: "a remark of four lines",
    file: `${web}/planted-remark.ts`,
    text: "// a\n// b\n// c\n// d\nexport const a = 1;\n",
    rule: "tintype(brief)",
  },
  {
    breaks: "a rule switched off without a reason",
    file: `${web}/planted-reason.ts`,
    text: "// oxlint-disable-next-line no-console\nconsole.log(1);\n",
    rule: "tintype(brief)",
  },
  {
    breaks: "a TODO",
    file: `${core}/asset/planted-todo.ts`,
    text: "// TODO later\nexport const a = 1;\n",
    rule: "eslint(no-warning-comments)",
  },
  { breaks: "a file name in capitals", file: `${core}/asset/Planted.ts`, text: "export const a = 1;\n", rule: "unicorn(filename-case)" },
];

/** What oxlint sees. */
export const lintPlants: readonly Plant[] = bare.map(documented);

/** What the TypeScript compiler sees: Node's globals exist neither in core nor in api and jobs, and TypeScript that leaves code behind is refused. */
export const typePlants: readonly Plant[] = [
  { breaks: "core uses Buffer", file: `${core}/asset/planted-buffer.ts`, text: "export const a = Buffer.alloc(1);\n", rule: "TS2591" },
  { breaks: "core uses process", file: `${core}/asset/planted-process.ts`, text: "export const a = process.cwd();\n", rule: "TS2591" },
  { breaks: "api uses Buffer", file: `${functions}/api/planted-buffer.ts`, text: "export const a = Buffer.alloc(1);\n", rule: "TS2591" },
  { breaks: "jobs use process", file: `${functions}/jobs/planted-process.ts`, text: "export const a = process.cwd();\n", rule: "TS2591" },
  { breaks: "an enum", file: `${core}/asset/planted-enum.ts`, text: "export enum Kind {\n  Photo,\n}\n", rule: "TS1294" },
  {
    breaks: "a parameter property",
    file: `${core}/asset/planted-property.ts`,
    text: "export class Thing {\n  constructor(readonly name: string) {}\n}\n",
    rule: "TS1294",
  },
  {
    breaks: "a namespace",
    file: `${core}/asset/planted-space.ts`,
    text: "export namespace Space {\n  export const a = 1;\n}\n",
    rule: "TS1294",
  },
];

/** What knip sees. `rule` is its word for it. */
export const deadPlants: readonly Plant[] = [
  { breaks: "a file that nothing imports", file: `${web}/lib/planted-unused.ts`, text: "export const a = 1;\n", rule: "files" },
  {
    breaks: "an export that nothing imports",
    file: `${web}/lib/planted-part.ts`,
    text: "export const used = 1;\nexport const unused = 2;\n",
    rule: "exports",
  },
  {
    breaks: "(the file that imports the other half)",
    file: `${web}/lib/planted-part.test.ts`,
    text: 'import { used } from "./planted-part.ts";\n\nthrow new Error(String(used));\n',
    rule: "",
  },
];

/** What `tree.ts` sees. `rule` is a part of its message. */
export const treePlants: readonly Plant[] = [
  {
    breaks: "a core file without a test",
    file: `${core}/asset/planted-untested.ts`,
    text: `${"\n".repeat(22)}/** Planted. */\nexport function a(): number {\n  return 1;\n}\n`,
    rule: "has no test",
  },
  { breaks: "a file named utils", file: `${web}/lib/date-utils.ts`, text: "export const a = 1;\n", rule: "fits everything" },
  { breaks: "a folder named helpers", file: `${functions}/api/helpers/a.ts`, text: "export const a = 1;\n", rule: "fits everything" },
  { breaks: "a new file at the top", file: "planted.ts", text: "export const a = 1;\n", rule: "does not belong at the top" },
  { breaks: "a document that names a path that is gone", file: "docs/a.md", text: "See `packages/core/src/gone.ts`.\n", rule: "gone.ts" },
  { breaks: "a document with a dead link", file: "docs/b.md", text: "See [this](../packages/gone.md).\n", rule: "packages/gone.md" },
  { breaks: "a document with a command that is gone", file: "docs/c.md", text: "Run `npm run gone`.\n", rule: "npm run gone" },
];

/** An eleventh file in a domain, which the domain answers for. */
export const crowd: readonly Plant[] = Array.from({ length: 11 }, (_, i) => ({
  breaks: "a domain of more than ten files",
  file: `${core}/memories/planted-${i}.ts`,
  text: "export const a = 1;\n",
  rule: "has 11 files",
}));
