import type { Reporter } from "vitest/node";

/**
 * Ends a run with one line that a person and a script can read: `N passed, N failed`, then `, N skipped` where there are any. Before it stands
 * a line for each test that failed (`FAILED …`), or that passed only on another try (`FLAKY …`).
 */
export function countReporter(): Reporter {
  return {
    onTestRunEnd(modules, errors) {
      const count = { passed: 0, failed: errors.length, skipped: 0 };
      const lines = errors.map(({ message }) => `FAILED between tests: ${message}`);
      for (const module of modules) {
        // A file that cannot be loaded has no tests, but it has failed.
        count.failed += module.errors().length;
        lines.push(...module.errors().map(({ message }) => `FAILED ${module.relativeModuleId}: ${message}`));
        for (const test of module.children.allTests()) {
          const { state } = test.result();
          const result = state === "pending" ? "failed" : state;
          count[result] += 1;
          if (result === "failed") lines.push(`FAILED ${module.relativeModuleId} > ${test.fullName}`);
          if (test.diagnostic()?.flaky) lines.push(`FLAKY ${module.relativeModuleId} > ${test.fullName}`);
        }
      }
      const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : "";
      lines.push(`${count.passed} passed, ${count.failed} failed${skipped}`);
      process.once("exit", () => process.stdout.write(`${lines.join("\n")}\n`));
    },
  };
}
