import { AppError } from "@tintype/core/kernel";
import { isRefusal, isUnstarted, refusal } from "../adapters/db-error.ts";
import type { NodeSettings } from "../adapters/settings-node.ts";

/**
 * What a command is given: the arguments after its name, the settings of the process (`settings` throws AppError `invalid` where they cannot be
 * used), and where its answer goes, line by line.
 */
export type Call = { args: readonly string[]; settings: () => NodeSettings; print: (line: string) => void };

/**
 * One command of `tintype`. `usage` is what follows the name of the program, one line for each way to call it, then what the flags mean;
 * `run` gives the exit code. It reads its arguments with parseArgs of node:util and throws AppError `invalid` for what cannot be used.
 */
export type Command = { name: string; summary: string; usage: string; run: (call: Call) => Promise<number> };

/** What a command line has around it: the streams of the terminal, and the settings. */
export type Surroundings = { out: (text: string) => void; err: (text: string) => void; settings: () => NodeSettings };

/**
 * Runs the command that the arguments name and gives the exit code: what it gives itself, 1 when it failed for a reason that a person can
 * mend, 2 when it was called wrongly; both are one line on `err`. Any other error is a bug and is thrown.
 */
export async function runCommand(commands: readonly Command[], [name, ...args]: readonly string[], around: Surroundings): Promise<number> {
  if (name === undefined || name === "--help" || name === "-h") {
    around.out(overview(commands));
    return name === undefined ? 2 : 0;
  }
  const command = commands.find((known) => known.name === name);
  if (command === undefined) {
    around.err(`tintype: there is no command "${name}". "tintype --help" lists them.\n`);
    return 2;
  }
  if (args.includes("--help") || args.includes("-h")) {
    around.out(`${command.summary}\n\nUsage: tintype ${command.usage}\n`);
    return 0;
  }
  try {
    return await command.run({ args, settings: around.settings, print: (line) => around.out(`${line}\n`) });
  } catch (error) {
    const fault = faultOf(error);
    if (fault === undefined) throw error;
    around.err(`tintype ${name}: ${fault.message}\n`);
    return fault.code;
  }
}

function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map((command) => command.name.length));
  const list = commands.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}\n`);
  return `Usage: tintype COMMAND …\n\n${list.join("")}\n"tintype COMMAND --help" tells more.\n`;
}

function faultOf(error: unknown): { message: string; code: number } | undefined {
  if (isRefusal(error)) return { message: refusal(error).message, code: 1 };
  if (isUnstarted(error)) return { message: "This database knows nothing of Tintype yet: start it once.", code: 1 };
  if (error instanceof AppError) return { message: error.message, code: error.code === "invalid" ? 2 : 1 };
  const isFlag = error instanceof TypeError && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS_");
  // Node goes on to tell how to pass such a word as something else; its first sentence is the fault.
  return isFlag ? { message: `${error.message.split(/\.(?:\s|$)/u)[0]}.`, code: 2 } : undefined;
}
