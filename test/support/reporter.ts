import type { Reporter } from "vitest/node";

type Count = { passed: number; failed: number; skipped: number };
const STATES = ["passed", "failed", "skipped"] as const;

/**
 * Ends a run with one line that a person and a script can read: `N passed, N failed`, then `, N skipped` where there are any. Before it stands
 * a line for each test that failed (`FAILED …`), or that passed only on another try (`FLAKY …`), and where several projects ran one for each of
 * them (`NAME: N passed, N failed`).
 */
export function countReporter(): Reporter {
  return {
    onTestRunEnd(modules, errors) {
      const count: Count = { passed: 0, failed: errors.length, skipped: 0 };
      const projects = new Map<string, Count>();
      const lines = errors.map(({ message }) => `FAILED between tests: ${message}`);
      for (const module of modules) {
        const own = projects.get(module.project.name) ?? { passed: 0, failed: 0, skipped: 0 };
        projects.set(module.project.name, own);
        // A file that cannot be loaded has no tests, but it has failed.
        own.failed += module.errors().length;
        lines.push(...module.errors().map(({ message }) => `FAILED ${module.relativeModuleId}: ${message}`));
        for (const test of module.children.allTests()) {
          const { state } = test.result();
          const result = state === "pending" ? "failed" : state;
          own[result] += 1;
          if (result === "failed") lines.push(`FAILED ${module.relativeModuleId} > ${test.fullName}`);
          if (test.diagnostic()?.flaky) lines.push(`FLAKY ${module.relativeModuleId} > ${test.fullName}`);
        }
      }
      for (const own of projects.values()) for (const state of STATES) count[state] += own[state];
      if (projects.size > 1) lines.push(...Array.from(projects, ([name, own]) => `${name}: ${said(own)}`).toSorted());
      lines.push(said(count));
      process.once("exit", () => process.stdout.write(`${lines.join("\n")}\n`));
    },
  };
}

function said({ passed, failed, skipped }: Count): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}
