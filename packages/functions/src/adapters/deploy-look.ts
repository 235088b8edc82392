import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { z } from "zod";
import { codeOf } from "./error-code.ts";
import type { Variables } from "./settings.ts";

const Package = z.object({ version: z.string().optional(), devDependencies: z.record(z.string(), z.string()).default({}) });

/** Where a deployment is started from: the environment, the folder of the person and that of the checkout. */
export type Machine = { env: Variables; home: string; root: string };

/** A profile of AWS's own files: its settings by their names there. */
export type Profile = Readonly<Record<string, string>>;

/** `line` counts from 1; it is undefined where the file begins with a byte order mark, which hides the name on its first line. */
export type OddLine = { file: string; line: number | undefined };

/** What can be known without asking anybody. `env` has the variables of the files `.env` too, as SST reads them. */
export type DeploySeen = {
  env: Variables;
  /** What the files alone give to the stage `production`. */
  production: Variables;
  /** Lines of the files that are no assignment, and files that begin with a mark: not every reader takes these in the same way. */
  odd: readonly OddLine[];
  profiles: Readonly<Record<string, Profile>>;
  node: string;
  /** The version that package.json pins, and the one that is installed with the program for this system. */
  sst: { pinned: string; installed: string | undefined };
};

/** Looks at the files of a machine from which a stage is to be deployed. Nothing is written and nobody is asked. */
export async function lookAtMachine({ env, home, root }: Machine, stage: string): Promise<DeploySeen> {
  const names = [".env", `.env.${stage}`, ".env.production"];
  const texts = await Promise.all(names.map(async (name) => (await textOf(join(root, name))) ?? ""));
  const [common, own, production] = texts.map((text) => parseEnv(withoutMark(text)));
  // That of production is not read for another stage.
  const odd = [".env", `.env.${stage}`].flatMap((name, i) => oddLines(name, texts[i] ?? ""));
  // Who exports a variable empty takes it away that a file has.
  const variables = given({ ...common, ...own, ...env });
  const [config, credentials] = await Promise.all([
    textOf(variables["AWS_CONFIG_FILE"] ?? join(home, ".aws/config")),
    textOf(variables["AWS_SHARED_CREDENTIALS_FILE"] ?? join(home, ".aws/credentials")),
  ]);
  const profiles: Record<string, Profile> = {};
  for (const [name, settings] of [...sectionsOf(config ?? ""), ...sectionsOf(credentials ?? "")]) {
    profiles[name] = { ...profiles[name], ...settings };
  }
  return { env: variables, production: { ...common, ...production }, odd, profiles, node: process.versions.node, sst: await sstOf(root) };
}

/** A value in quotes may go over lines. */
const QUOTED = /=[ \t]*(?<quote>["'`])(?:\\.|(?!\k<quote>)[^\\])*\k<quote>/gu;
const FINE = /^\s*(?:#.*|(?:export\s+)?[A-Za-z_][\w.]*\s*=.*)?$/u;

function oddLines(file: string, text: string): OddLine[] {
  const isMarked = text.startsWith("\uFEFF");
  // The other lines of a value that goes over several are taken for remarks.
  const even = withoutMark(text).replaceAll(QUOTED, (found) => `=${found.replaceAll(/[^\n]/gu, "").replaceAll("\n", "\n#")}`);
  const lines = even.split(/\r?\n/u).flatMap((line, i) => (FINE.test(line) ? [] : [{ file, line: i + 1 }]));
  return isMarked ? [{ file, line: undefined }, ...lines] : lines;
}

function withoutMark(text: string): string {
  return text.replace(/^\uFEFF/u, "");
}

async function sstOf(root: string): Promise<DeploySeen["sst"]> {
  const { devDependencies } = await packageOf(root);
  const { version } = await packageOf(join(root, "node_modules/sst"));
  const program = await packageOf(join(root, `node_modules/sst-${process.platform}-${process.arch}`));
  return { pinned: devDependencies["sst"] ?? "", installed: program.version === version ? version : undefined };
}

/** A package that is not there has no version. */
async function packageOf(dir: string): Promise<z.infer<typeof Package>> {
  return Package.parse(JSON.parse((await textOf(join(dir, "package.json"))) ?? "{}"));
}

function textOf(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch((error: unknown) => {
    if (["ENOENT", "ENOTDIR"].includes(codeOf(error))) return undefined;
    throw error;
  });
}

function given(env: Variables): Variables {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ""));
}

/** The sections of AWS's files; in one of the two a profile is called `profile NAME`, but for the default. */
function* sectionsOf(text: string): Generator<[name: string, Profile]> {
  for (const section of text.split(/^\s*\[/mu).slice(1)) {
    const [head = "", ...lines] = section.split("\n");
    const name = head.slice(0, head.indexOf("]")).trim();
    const settings = lines.flatMap((line) => {
      const found = /^(?<key>[\w.]+)\s*=\s*(?<value>.*?)\s*$/u.exec(line)?.groups;
      return found ? [[found["key"] ?? "", found["value"] ?? ""] as const] : [];
    });
    yield [name.replace(/^profile\s+/u, ""), Object.fromEntries(settings)];
  }
}
