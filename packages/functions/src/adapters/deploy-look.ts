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

/** What can be known without asking anybody. `env` has the variables of the files `.env` too, as SST reads them. */
export type DeploySeen = {
  env: Variables;
  /** What the files alone give to the stage `production`. */
  production: Variables;
  profiles: Readonly<Record<string, Profile>>;
  node: string;
  /** The version that package.json pins, and the one that is installed with the program for this system. */
  sst: { pinned: string; installed: string | undefined };
};

/** Looks at the files of a machine from which a stage is to be deployed. Nothing is written and nobody is asked. */
export async function lookAtMachine({ env, home, root }: Machine, stage: string): Promise<DeploySeen> {
  const [common, own, production] = await Promise.all(
    [".env", `.env.${stage}`, ".env.production"].map(async (name) => parseEnv((await textOf(join(root, name))) ?? "")),
  );
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
  return { env: variables, production: { ...common, ...production }, profiles, node: process.versions.node, sst: await sstOf(root) };
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
