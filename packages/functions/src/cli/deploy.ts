import { parseArgs } from "node:util";
import { AppError } from "@tintype/core/kernel";
import { lookAtMachine, type Machine } from "../adapters/deploy-look.ts";
import type { Command } from "./command.ts";
import { checkDeployment, type Item } from "./deploy-check.ts";

const SIGNS = { there: "✓", missing: "✗", note: "–" } as const;

/** `tintype deploy check`: what is missing on this machine before `sst deploy`, and what to know before it. */
export const deploy = (machine: Machine): Command => ({
  name: "deploy",
  summary: "Say what is missing before Tintype can be deployed to AWS or Cloudflare",
  usage: `deploy check [--stage NAME]

  --stage NAME  What is to be deployed (production).

It asks nobody and changes nothing: it reads the environment, .env, .env.NAME and the files of AWS. It ends with 1 when something is missing.`,
  async run({ args, print }) {
    const options = { stage: { type: "string", default: "production" } } as const;
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    if (positionals.length !== 1 || positionals[0] !== "check") throw new AppError("invalid", "It is called as: tintype deploy check");
    const items = checkDeployment(await lookAtMachine(machine, values.stage), values.stage);
    for (const { name, state, detail } of items) print(`${SIGNS[state]} ${name}: ${detail}`);
    const missing = items.filter(({ state }) => state === "missing");
    for (const line of ["", sum(missing, values.stage)]) print(line);
    return missing.length === 0 ? 0 : 1;
  },
});

function sum(missing: readonly Item[], stage: string): string {
  if (missing.length === 0) return `Nothing is missing that can be seen from here. Then: npm run deploy -- --stage ${stage}`;
  return `Missing: ${missing.map(({ name }) => name).join(", ")}.`;
}
