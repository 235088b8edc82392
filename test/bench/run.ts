/**
 * `npm run bench` runs every bench of this folder, `npm run bench -- NAME…` some of them. Figures go to the terminal and to
 * `test/results/`, with the state of the machine. Ends with an error when a bench could not run, not when a goal is missed.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import { type Bench, createReport, line } from "./report.ts";

const HERE = new URL(".", import.meta.url);
const RESULTS = fileURLToPath(new URL("../results/", HERE));
const HARNESS = new Set(["run.ts", "report.ts"]);

function isBench(value: unknown): value is Bench {
  return typeof value === "object" && value !== null && "name" in value && "run" in value && typeof value.run === "function";
}

async function benches(): Promise<Bench[]> {
  const files = readdirSync(HERE).filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts") && !HARNESS.has(file));
  const modules: unknown[] = [];
  for (const file of files.toSorted()) modules.push(await import(new URL(file, HERE).href));
  return modules.filter(isBench);
}

function machine(): Record<string, unknown> {
  const [cpu] = cpus();
  return {
    node: process.version,
    cpu: cpu?.model,
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    load: loadavg().map((load) => Number(load.toFixed(2))),
    commit: execFileSync("git", ["rev-parse", "--short", "HEAD"], { cwd: HERE, encoding: "utf8" }).trim(),
  };
}

async function runBench(bench: Bench): Promise<void> {
  const before = machine();
  const load = loadavg()[0] ?? 0;
  console.log(`\n${bench.name} (load ${load.toFixed(1)} on ${availableParallelism()} cores at the start)`);
  const report = createReport((figure) => {
    console.log(`  ${line(figure)}`);
  });
  await bench.run(report);
  mkdirSync(RESULTS, { recursive: true });
  const result = { name: bench.name, at: new Date().toISOString(), machine: before, figures: report.figures };
  writeFileSync(`${RESULTS}bench-${bench.name}.json`, `${JSON.stringify(result, null, 2)}\n`);
}

const all = await benches();
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !all.some((bench) => bench.name === name));
if (unknown.length > 0 || all.length === 0) {
  console.error(`No bench ${unknown.join(", ")}. There are: ${all.map((bench) => bench.name).join(", ") || "none yet"}`);
  process.exit(1);
}
for (const bench of all.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  try {
    await runBench(bench);
  } catch (error) {
    console.error(`${bench.name} could not run:`, error);
    process.exitCode = 1;
  }
}
