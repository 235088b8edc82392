import { killStart as kill, type Program, runProgram, startProgram, type ProgramOptions } from "./program.ts";

/** A running Tintype of the laptop shape. */
export type Laptop = Program;

/** `bundled`: one file, as bundle-build.ts makes it, for suites that start it very often. */
export type LaptopOptions = { dataDir: string; env?: Record<string, string>; bundled?: boolean };

/** Starts it on free ports and waits for the line with its address; see `startProgram`. */
export const startLaptop = (options: LaptopOptions): Promise<Laptop> => startProgram(program(options));

/** See `killStart` of program.ts. */
export const killStart = (options: LaptopOptions, afterMs: number): Promise<boolean> => kill(program(options), afterMs);

/** What it prints and its exit code when it is expected to end by itself. */
export const runLaptop = (options: LaptopOptions): Promise<{ code: number | null; output: string }> => runProgram(program(options));

function program({ dataDir, env = {}, bundled = false }: LaptopOptions): ProgramOptions {
  return { entry: bundled ? "laptop-bundle" : "laptop", env: { PORT: "0", S3_PORT: "0", HOST: "127.0.0.1", DATA_DIR: dataDir, ...env } };
}
