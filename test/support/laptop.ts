import { killStart as kill, type Program, runProgram, startProgram, type ProgramOptions } from "./program.ts";

/** A running Tintype of the laptop shape. */
export type Laptop = Program;

export type LaptopOptions = { dataDir: string; env?: Record<string, string> };

/** Starts it on free ports and waits for the line with its address; see `startProgram`. */
export const startLaptop = (options: LaptopOptions): Promise<Laptop> => startProgram(program(options));

/** See `killStart` of program.ts. */
export const killStart = (options: LaptopOptions, afterMs: number): Promise<boolean> => kill(program(options), afterMs);

/** What it prints and its exit code when it is expected to end by itself. */
export const runLaptop = (options: LaptopOptions): Promise<{ code: number | null; output: string }> => runProgram(program(options));

function program({ dataDir, env = {} }: LaptopOptions): ProgramOptions {
  return { entry: "laptop", env: { PORT: "0", S3_PORT: "0", HOST: "127.0.0.1", DATA_DIR: dataDir, ...env } };
}
