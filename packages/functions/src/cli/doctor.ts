import { parseArgs } from "node:util";
import { type Check, diagnose, type Finding } from "@tintype/core/doctor";
import { observe } from "../adapters/doctor.ts";
import type { Command } from "./command.ts";

/** `tintype doctor`: tries everything between Tintype, its store, its database and its browsers, and tells causes and what mends them. */
export const doctor: Command = {
  name: "doctor",
  summary: "Find out what is wrong between Tintype, its store, its database and its browsers",
  usage: `doctor [--json]

  --json  The checks and the findings as JSON.

It ends with 0 when all is well, with 1 when it found something. It leaves nothing behind and tells no secrets.`,
  async run({ args, settings, print }) {
    const { values } = parseArgs({ args: [...args], options: { json: { type: "boolean", default: false } } });
    const { checks, findings } = diagnose(await observe(settings()));
    const lines = values.json
      ? [JSON.stringify({ checks, findings }, null, 2)]
      : [...checks.map(lineOf), ...findings.flatMap(told), ...sum(findings)];
    for (const line of lines) print(line);
    return findings.length === 0 ? 0 : 1;
  },
};

const SIGNS = { ok: "✓", failed: "✗", unknown: "–" } as const;

function lineOf({ name, state, detail }: Check): string {
  return `${SIGNS[state]} ${name}: ${detail}`;
}

function told({ title, cause, fix, lines, evidence }: Finding): string[] {
  return ["", title, `  ${cause}`, `  ${fix}`, ...lines.map((line) => `      ${line}`), ...evidence.map((seen) => `  (${seen})`)];
}

function sum(findings: readonly Finding[]): string[] {
  return findings.length === 0 ? ["", "All is well."] : [];
}
