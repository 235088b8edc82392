import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createClient, setUp } from "../support/client.ts";
import { type Homelab, startHomelab } from "../support/homelab.ts";
import type { Program } from "../support/program.ts";
import { hasHomelab } from "../support/tools.ts";

/** The same version as in .ci/run. */
const VERSION = "4.32.5";
const CACHE = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
const PROGRAM = join(CACHE, "tintype", `schemathesis-${VERSION}`, "bin/schemathesis");
const SECONDS = 40;
const CHECKS = ["not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance", "ignored_auth"];
/** What ends a session, the one that it asks with too, or makes the very first account. */
const LEFT_OUT = "^/api/(auth/sign-out|setup|sessions/.*)$";

const OPTIONS = [
  ["--checks", CHECKS.join(",")],
  ["--phases", "coverage,fuzzing"],
  ["--max-time", String(SECONDS)],
  ["--max-examples", "20"],
  // The same requests for every change: what another seed finds is nobody's to mend on the way.
  ["--seed", "1"],
  ["--generation-database", "none"],
  ["--warnings", "off"],
  ["--continue-on-failure", "--no-shrink", "--no-color"],
].flat();

const isInstalled = existsSync(PROGRAM);
if (!isInstalled) {
  if (process.env["REQUIRE_TOOLS"] === "1") throw new Error(`schemathesis ${VERSION} is not installed`);
  console.warn(`schemathesis ${VERSION} is not installed (.ci/run does it): the running server is not fuzzed`);
}

describe.skipIf(!hasHomelab || !isInstalled)("schemathesis", () => {
  let homelab: Homelab;
  let program: Program;
  let dir: string;
  beforeAll(async () => {
    homelab = await startHomelab();
    program = await homelab.start();
    dir = await mkdtemp(join(tmpdir(), "tintype-schemathesis-"));
  });
  afterAll(async () => {
    await program?.stop();
    await homelab?.stop();
    await rm(dir, { recursive: true, force: true });
  });

  it("finds no failure of the running server's own, and no answer that its document does not tell of", async () => {
    const cookie = await setUp(homelab.url, program.token ?? "");
    const asked = ["run", `${homelab.url}/api/openapi.json`, "--header", `Cookie: ${cookie}`, "--exclude-path-regex", LEFT_OUT];
    // Not in the repository: it would read a configuration that it finds there, and leaves files behind.
    const stdout = await run([...asked, ...OPTIONS], dir);
    expect(stdout).toMatch(/\d{2,} generated, \d+ passed/u);
    // Under ERRORS are requests with a longer first line than Node takes: it cuts those off.
    expect(stdout).not.toMatch(/FAILURES/u);
    expect((await createClient(homelab.url, cookie).call("GET", "/api/me")).status).toBe(200);
    expect(program.output()).not.toContain('"event":"bug"');
  });
});

/** What it prints, whether or not it finds anything. */
function run(args: readonly string[], cwd: string): Promise<string> {
  return new Promise((resolve) => {
    execFile(PROGRAM, args, { cwd, maxBuffer: 64 << 20 }, (_, stdout) => resolve(stdout));
  });
}
