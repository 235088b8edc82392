import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { promisify } from "node:util";
import { z } from "zod";
import { readCompose, readEnvFile } from "./compose.ts";
import { type Deployment, toolPath } from "./compose-run.ts";

/** A document whose commands are followed. */
export type Guide = {
  text: string;
  /** The commands of a section, in order, block by block. */
  blocksOf: (title: string, language?: string) => string[];
};

/** One of ours, by its path from the top. */
export function readGuide(path: string): Guide {
  const text = readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
  const blocksOf: Guide["blocksOf"] = (title, language = "sh") => {
    const section = text.split(/^## /mu).find((part) => part.startsWith(`${title}\n`));
    if (section === undefined) throw new Error(`${path} has no section "${title}"`);
    const blocks = section.matchAll(/^```(?<language>\w+)\n(?<commands>.*?)^```$/gmsu);
    return [...blocks].flatMap(({ groups }) => (groups?.["language"] === language ? [groups["commands"] ?? ""] : []));
  };
  return { text, blocksOf };
}

const Call = z.object({ args: z.array(z.string()), env: z.record(z.string(), z.string()) });

/**
 * Stands in for `docker`: hands its arguments to this process, where the services are processes too. Anything else than the guides use is refused.
 */
const DOCKER = `#!/usr/bin/env node
const env = Object.fromEntries(["STORE_LISTEN"].filter((name) => process.env[name]).map((name) => [name, process.env[name]]));
const options = { method: "POST", body: JSON.stringify({ args: process.argv.slice(2), env }) };
fetch(process.env.STAND_IN, options).then(async (answer) => {
  (answer.ok ? process.stdout : process.stderr).write(await answer.text());
  process.exitCode = answer.ok ? 0 : 1;
});
`;
const FLAGS = new Set(["-d", "--build", "-T", "--rm"]);

async function compose(deployment: Deployment, { args, env }: z.infer<typeof Call>): Promise<string> {
  const words = args.filter((word) => !FLAGS.has(word));
  const profile = words[1] === "--profile" ? words.splice(1, 2)[1] : undefined;
  const [program, verb, ...rest] = words;
  const known = Object.keys(readCompose(readEnvFile(join(deployment.dir, ".env"))));
  const [service = "", ...command] = rest;
  if (program !== "compose" || (service !== "" && !known.includes(service))) throw new Error(`docker ${args.join(" ")} is not understood`);
  const profiles = profile === undefined ? {} : { COMPOSE_PROFILES: profile };
  if (verb === "up") return deployment.up(rest.length > 0 ? rest : undefined, { ...env, ...profiles }).then(() => "");
  if (verb === "logs") return deployment.output(service);
  if (verb === "stop") return deployment.down([service]).then(() => "");
  if (verb === "down" && profile === "*") return deployment.down().then(() => "");
  if (verb === "run" && command.length === 0) return deployment.up([service], env).then(() => deployment.output(service));
  if (verb === "exec" || verb === "run") return deployment.exec(service, command);
  throw new Error(`docker ${args.join(" ")} is not understood`);
}

/** Somebody who follows a guide in the folder of a deployment. */
export type Reader = {
  /** Runs commands as they stand, but that `replaced` is found elsewhere here; gives what they print. */
  follow: (commands: string, at?: { cwd?: string; env?: Record<string, string> }) => Promise<string>;
  close: () => void;
};

export async function openReader(deployment: Deployment, replaced: Readonly<Record<string, string>>): Promise<Reader> {
  const bin = join(deployment.dir, "bin");
  mkdirSync(bin);
  writeFileSync(join(bin, "docker"), DOCKER);
  chmodSync(join(bin, "docker"), 0o755);
  const standIn = createServer((request, response) => {
    json(request)
      .then((body) => compose(deployment, Call.parse(body)))
      .then((text) => response.end(text))
      .catch((error: unknown) => response.writeHead(500).end(String(error)));
  }).listen(0, "127.0.0.1");
  await once(standIn, "listening");
  const { port } = standIn.address() as AddressInfo;
  const env = { PATH: `${bin}:${toolPath()}`, HOME: deployment.dir, STAND_IN: `http://127.0.0.1:${port}` };
  return {
    follow: async (commands, at = {}) => {
      const here = Object.entries(replaced).reduce((text, [there, place]) => text.replaceAll(there, place), commands);
      const options = { cwd: at.cwd ?? deployment.dir, env: { ...env, ...at.env } };
      return (await promisify(execFile)("sh", ["-euc", here], options)).stdout;
    },
    close: () => void standIn.close(),
  };
}
