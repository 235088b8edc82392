import { Worker, type WorkerOptions } from "node:worker_threads";

/**
 * Starts a worker thread on the module `name` (no extension) beside `from`, an `import.meta.url`.
 * In a bundle that is the neighbour `<name>.js`; among the sources it is `<name>.ts`, and the thread registers tsx first.
 */
export function startThread(from: string, name: string, options: WorkerOptions = {}): Worker {
  if (!from.endsWith(".ts")) return new Worker(new URL(`${name}.js`, from), options);
  return new Worker(new URL("thread-tsx.js", import.meta.url), { ...options, argv: [new URL(`${name}.ts`, from).href], execArgv: [] });
}
