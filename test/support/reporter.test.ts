import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const folders: string[] = [];

/** Runs vitest with our reporter on these test files; the last line of its output, and how it exited. */
function run(files: Record<string, string>): { last: string | undefined; status: number | null } {
  const dir = mkdtempSync(join(tmpdir(), "tintype-count-"));
  folders.push(dir);
  symlinkSync(join(ROOT, "node_modules"), join(dir, "node_modules"));
  writeFileSync(join(dir, "package.json"), '{ "type": "module" }');
  writeFileSync(
    join(dir, "vitest.config.ts"),
    `import { countReporter } from "${ROOT}test/support/reporter.ts";\nexport default { test: { reporters: [countReporter()] } };`,
  );
  for (const [name, body] of Object.entries(files)) writeFileSync(join(dir, name), `import { expect, it } from "vitest";\n${body}`);
  const { stdout, status } = spawnSync(process.execPath, [join(ROOT, "node_modules/vitest/vitest.mjs"), "run"], {
    cwd: dir,
    encoding: "utf8",
  });
  return { last: stdout.trimEnd().split("\n").at(-1), status };
}

afterAll(() => {
  for (const dir of folders) rmSync(dir, { recursive: true });
});

it("counts what passed, failed and was skipped, in the last line", () => {
  const body = `it("a", () => {});\nit("b", () => { expect(1).toBe(2); });\nit.skip("c", () => {});`;
  expect(run({ "a.test.ts": body })).toEqual({ last: "1 passed, 1 failed, 1 skipped", status: 1 });
});

it("says nothing of skipped tests when there are none", () => {
  expect(run({ "a.test.ts": `it("a", () => {});` })).toEqual({ last: "1 passed, 0 failed", status: 0 });
});

it("counts a file that cannot be loaded and an error between tests as failed", () => {
  const files = {
    "a.test.ts": `it("a", () => {});\nthrow new Error("broken");`,
    "b.test.ts": `it("b", () => { void Promise.reject(new Error("late")); });`,
  };
  expect(run(files)).toEqual({ last: "1 passed, 2 failed", status: 1 });
});

it("fails when there is no test at all", () => {
  expect(run({})).toEqual({ last: "0 passed, 0 failed", status: 1 });
});
