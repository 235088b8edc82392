import { parseArgs } from "node:util";
import { AppError } from "@tintype/core/kernel";
import { lookAtMachine, type Machine } from "../adapters/deploy-look.ts";
import type { Command } from "./command.ts";
import { checkDeployment, nextSteps, type Item } from "./deploy-check.ts";

const SIGNS = { there: "✓", missing: "✗", wrong: "✗", note: "–" } as const;

const CALLED = "It is called as: tintype deploy check [--stage NAME]";

/** `tintype deploy check`: what is missing on this machine before `sst deploy`, and what to know before it. */
export const deploy = (machine: Machine): Command => ({
  name: "deploy",
  summary: "Say what is missing before Tintype can be deployed to AWS or Cloudflare",
  usage: `deploy check [--stage NAME]

  --stage NAME  What is to be deployed (production).

It asks nobody and changes nothing: it reads the environment, .env, .env.NAME and the files of AWS. It ends with 1 when something is missing or cannot be right.`,
  async run({ args, print }) {
    const options = { stage: { type: "string", default: "production" } } as const;
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    if (positionals.length !== 1 || positionals[0] !== "check") throw new AppError("invalid", CALLED);
    const seen = await lookAtMachine(machine, values.stage);
    const items = checkDeployment(seen, values.stage);
    for (const { name, state, detail } of items) print(`${SIGNS[state]} ${name}: ${detail}`);
    const problems = (["missing", "wrong"] as const).map((state) => namesOf(items, state)).filter((text) => text !== "");
    const steps = nextSteps(seen, values.stage);
    const then = steps.length === 1 ? "Then:" : "Then, all but the last only once for this stage:";
    const end =
      problems.length === 0
        ? [`Nothing is missing that can be seen from here. ${then}`, ...steps.map((step) => `  ${step}`)]
        : [problems.join(" ")];
    for (const line of ["", ...end]) print(line);
    return problems.length === 0 ? 0 : 1;
  },
});

/** Nothing, where no item is so. */
function namesOf(items: readonly Item[], state: "missing" | "wrong"): string {
  const names = items.filter((item) => item.state === state).map(({ name }) => name);
  if (names.length === 0) return "";
  return `${state === "missing" ? "Missing" : "Not right"}: ${names.join(", ")}.`;
}
