import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { countReporter } from "./support/reporter.ts";
import { LongestFirst } from "./support/sequence.ts";

const here = (path: string) => new URL(path, import.meta.url).pathname;

const build = here("support/build.ts");
const bundle = here("support/bundle-build.ts");

/** The AWS SDK's note about Node versions to come is noise: ours is pinned. */
const env = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" };

/** In CI a browser on a busy machine gets two more tries and the others one; what a contract promises, or a kill may not lose, gets none. */
const retry = (times: number) => ({ retry: process.env["CI"] === "true" ? times : 0 });

/**
 * Suites that wait for other programs more than they work: one file more at a time than there are cores, whatever project it is of, and after the
 * others, which fill the cores by themselves.
 */
const waiting = { maxWorkers: availableParallelism() + 1, sequence: { groupOrder: 1 } };

/** One runner for everything; the suffix and the folder of a test name what it needs. `npm test` leaves out all from e2e on. */
const projects = [
  // These spy on Node's own modules, so each file has a process of its own.
  { name: "unit", include: ["packages/s3/src/**/*.test.ts"] },
  // Where files share a process they share what is slow to start: modules, and a Postgres (support/shared-database.ts).
  { name: "unit-shared", include: ["packages/{core,functions,web}/src/**/*.test.{ts,tsx}"], isolate: false },
  { name: "house", include: ["test/*.test.ts", "test/{bench,lint,support}/**/*.test.ts"] },
  {
    name: "contract",
    include: ["test/contract/**/*.test.ts"],
    isolate: false,
    globalSetup: here("support/global.ts"),
    ...retry(0),
  },
  { name: "runtime", include: ["test/runtime/**/*.test.ts"], globalSetup: [build, bundle], ...retry(0) },
  {
    ...waiting,
    name: "e2e",
    include: ["test/e2e/**/*.spec.ts"],
    globalSetup: [build, bundle],
    testTimeout: 240_000,
    ...retry(2),
    expect: { poll: { timeout: 15_000 } },
  },
  {
    ...waiting,
    name: "homelab",
    include: ["test/homelab/**/*.test.ts"],
    globalSetup: [build, bundle],
    testTimeout: 120_000,
    ...retry(0),
  },
  {
    ...waiting,
    name: "cloud",
    include: ["test/cloud/**/*.test.ts"],
    globalSetup: [build, here("support/lambda-build.ts")],
    testTimeout: 120_000,
    ...retry(0),
  },
  { ...waiting, name: "heavy", include: ["test/heavy/**/*.test.ts"], testTimeout: 600_000, hookTimeout: 600_000 },
  { name: "crash", include: ["test/crash/**/*.test.ts"], globalSetup: [build, bundle], testTimeout: 2_400_000, ...retry(0) },
];

export default defineConfig({
  test: {
    reporters: ["default", countReporter()],
    // One more than vitest takes: much of the work is in threads and processes that a test waits for.
    maxWorkers: availableParallelism(),
    sequence: { sequencer: LongestFirst },
    projects: projects.map((test) => ({
      root: here(".."),
      test: { env, testTimeout: 20_000, hookTimeout: 60_000, ...retry(1), ...test },
    })),
  },
});
