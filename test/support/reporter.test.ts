import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const folders: string[] = [];

/**
 * Runs vitest with our reporter on these test files, each in a project of its own where there are `projects`; what it said, the last line of that,
 * and how it exited.
 */
function run(
  files: Record<string, string>,
  { projects = false } = {},
): { said: string[]; last: string | undefined; status: number | null } {
  const dir = mkdtempSync(join(tmpdir(), "tintype-count-"));
  folders.push(dir);
  symlinkSync(join(ROOT, "node_modules"), join(dir, "node_modules"));
  writeFileSync(join(dir, "package.json"), '{ "type": "module" }');
  const own = Object.keys(files).map((name) => ({ extends: true, test: { name: `of ${name}`, include: [name] } }));
  writeFileSync(
    join(dir, "vitest.config.ts"),
    `import { countReporter } from "${ROOT}test/support/reporter.ts";\nexport default { test: { reporters: [countReporter()], retry: 1${projects ? `, projects: ${JSON.stringify(own)}` : ""} } };`,
  );
  for (const [name, body] of Object.entries(files)) writeFileSync(join(dir, name), `import { expect, it } from "vitest";\n${body}`);
  const { stdout, status } = spawnSync(process.execPath, [join(ROOT, "node_modules/vitest/vitest.mjs"), "run"], {
    cwd: dir,
    encoding: "utf8",
  });
  const said = stdout.trimEnd().split("\n");
  return { said, last: said.at(-1), status };
}

afterAll(() => {
  for (const dir of folders) rmSync(dir, { recursive: true });
});

it("counts what passed, failed and was skipped, in the last line", () => {
  const body = `it("a", () => {});\nit("b", () => { expect(1).toBe(2); });\nit.skip("c", () => {});`;
  expect(run({ "a.test.ts": body })).toEqual({
    said: ["FAILED a.test.ts > b", expect.any(String)],
    last: "1 passed, 1 failed, 1 skipped",
    status: 1,
  });
});

it("says nothing of skipped tests when there are none", () => {
  expect(run({ "a.test.ts": `it("a", () => {});` })).toMatchObject({ last: "1 passed, 0 failed", status: 0 });
});

it("names what passed only on another try", () => {
  const body = `let tries = 0;\nit("a", () => { expect(++tries).toBe(2); });`;
  expect(run({ "a.test.ts": body }).said).toEqual(["FLAKY a.test.ts > a", "1 passed, 0 failed"]);
});

it("counts a file that cannot be loaded and an error between tests as failed", () => {
  const files = {
    "a.test.ts": `it("a", () => {});\nthrow new Error("broken");`,
    "b.test.ts": `it("b", () => { void Promise.reject(new Error("late")); });`,
  };
  expect(run(files)).toEqual({
    said: ["FAILED between tests: late", "FAILED a.test.ts: broken", "1 passed, 2 failed"],
    last: "1 passed, 2 failed",
    status: 1,
  });
});

it("counts each project where several run", () => {
  const files = {
    "b.test.ts": `it("b", () => { expect(1).toBe(2); });\nit("d", () => {});`,
    "a.test.ts": `it("a", () => {});\nit.skip("c", () => {});`,
  };
  expect(run(files, { projects: true })).toEqual({
    said: ["FAILED b.test.ts > b", "of a.test.ts: 1 passed, 0 failed, 1 skipped", "of b.test.ts: 1 passed, 1 failed", expect.any(String)],
    last: "2 passed, 1 failed, 1 skipped",
    status: 1,
  });
});

it("fails when there is no test at all", () => {
  expect(run({})).toMatchObject({ last: "0 passed, 0 failed", status: 1 });
});
