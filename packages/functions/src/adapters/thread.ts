import { Worker, type WorkerOptions } from "node:worker_threads";

/**
 * The module `name` (no extension) beside `from`, an `import.meta.url`, and what to start it with. In a bundle that is the neighbour
 * `<name>.js`; among the sources it is `<name>.ts`, and a starter registers tsx first.
 */
export function moduleBeside(from: string, name: string): { url: URL; args: string[] } {
  if (!from.endsWith(".ts")) return { url: new URL(`${name}.js`, from), args: [] };
  return { url: new URL("thread-tsx.js", import.meta.url), args: [new URL(`${name}.ts`, from).href] };
}

/** What a child or a thread that reads strangers' bytes gets of our environment: what Node needs to run, and none of our keys. */
export function bareEnvironment(): NodeJS.ProcessEnv {
  // oxlint-disable-next-line node/no-process-env -- not read as configuration, only handed on
  const entries = NEEDED.map((name) => [name, process.env[name]] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

const NEEDED = ["PATH", "TZ", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "LD_LIBRARY_PATH", "NODE_OPTIONS", "MALLOC_ARENA_MAX"];

/** Starts a worker thread on the module `name` beside `from`. */
export function startThread(from: string, name: string, options: WorkerOptions = {}): Worker {
  const { url, args } = moduleBeside(from, name);
  return new Worker(url, { env: bareEnvironment(), ...options, argv: args, execArgv: [] });
}
