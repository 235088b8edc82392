import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { codeOf } from "./error-code.ts";
import type { Variables } from "./settings.ts";

/** Where a deployment is started from: the environment, the folder of the person and that of the checkout. */
export type Machine = { env: Variables; home: string; root: string };

/** A profile of AWS's own files: its settings by their names there. */
export type Profile = Readonly<Record<string, string>>;

/** What can be known without asking anybody. `env` has the variables of the files `.env` too, as SST reads them. */
export type DeploySeen = {
  env: Variables;
  profiles: Readonly<Record<string, Profile>>;
  node: string;
  /** The version that package.json pins, and the one that is installed with the program for this system. */
  sst: { pinned: string; installed: string | undefined };
};

/** Looks at the files of a machine from which a stage is to be deployed. Nothing is written and nobody is asked. */
export async function lookAtMachine({ env, home, root }: Machine, stage: string): Promise<DeploySeen> {
  const files = await Promise.all([".env", `.env.${stage}`].map((name) => textOf(join(root, name))));
  const variables = { ...files.map((text) => parseEnv(text ?? "")).reduce((all, more) => ({ ...all, ...more }), {}), ...given(env) };
  const [config, credentials] = await Promise.all([
    textOf(variables["AWS_CONFIG_FILE"] ?? join(home, ".aws/config")),
    textOf(variables["AWS_SHARED_CREDENTIALS_FILE"] ?? join(home, ".aws/credentials")),
  ]);
  const profiles: Record<string, Profile> = {};
  for (const [name, settings] of [...sectionsOf(config ?? ""), ...sectionsOf(credentials ?? "")]) {
    profiles[name] = { ...profiles[name], ...settings };
  }
  return { env: variables, profiles, node: process.versions.node, sst: await sstOf(root) };
}

async function sstOf(root: string): Promise<DeploySeen["sst"]> {
  const { devDependencies } = await json(join(root, "package.json"));
  const { version } = await json(join(root, "node_modules/sst/package.json"));
  const program = await json(join(root, `node_modules/sst-${process.platform}-${process.arch}/package.json`));
  const pinned = typeof devDependencies === "object" && devDependencies !== null ? Reflect.get(devDependencies, "sst") : undefined;
  return { pinned: String(pinned), installed: program["version"] === version && typeof version === "string" ? version : undefined };
}

async function json(path: string): Promise<Record<string, unknown>> {
  // A package.json is an object; one that is not there says nothing.
  return JSON.parse((await textOf(path)) ?? "{}") as Record<string, unknown>;
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
