import type { Reporter } from "vitest/node";

/** Ends a run with one line that a person and a script can read: `N passed, N failed`, then `, N skipped` where there are any. */
export function countReporter(): Reporter {
  return {
    onTestRunEnd(modules, errors) {
      const count = { passed: 0, failed: errors.length, skipped: 0 };
      for (const module of modules) {
        // A file that cannot be loaded has no tests, but it has failed.
        count.failed += module.errors().length;
        for (const test of module.children.allTests()) {
          const { state } = test.result();
          count[state === "pending" ? "failed" : state] += 1;
        }
      }
      process.once("exit", () => {
        const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : "";
        process.stdout.write(`${count.passed} passed, ${count.failed} failed${skipped}\n`);
      });
    },
  };
}
