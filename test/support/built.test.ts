import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { buildOnce } from "./built.ts";

let dir: string;
let builds: number;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "tintype-built-"));
  builds = 0;
  mkdirSync(join(dir, "src/deep"), { recursive: true });
  mkdirSync(join(dir, "out"));
  writeFileSync(join(dir, "src/deep/a.ts"), "one");
});
afterEach(() => rmSync(dir, { recursive: true }));

/** Builds if that is needed; how many builds there were then. */
function build(): number {
  buildOnce({ outputs: [join(dir, "out")], sources: [join(dir, "src")], note: join(dir, "notes/built") }, () => {
    builds++;
    writeFileSync(join(dir, "out/a.js"), "built");
  });
  return builds;
}

it("builds once what is made of the same", () => {
  expect([build(), build(), build()]).toEqual([1, 1, 1]);
});

it("builds anew of what has changed, is new or is gone, and not for what is built or installed among it", () => {
  expect(build()).toBe(1);
  writeFileSync(join(dir, "src/deep/a.ts"), "two");
  expect(build()).toBe(2);
  writeFileSync(join(dir, "src/b.ts"), "");
  expect(build()).toBe(3);
  rmSync(join(dir, "src/b.ts"));
  expect(build()).toBe(4);
  for (const name of ["dist", "node_modules"]) {
    mkdirSync(join(dir, "src", name));
    writeFileSync(join(dir, "src", name, "c.js"), "");
  }
  expect(build()).toBe(4);
});

it("builds anew where another build was since, or what was built is not whole any more", () => {
  expect(build()).toBe(1);
  writeFileSync(join(dir, "out/a.js"), "by hand");
  expect(build()).toBe(2);
  rmSync(join(dir, "out/a.js"));
  expect(build()).toBe(3);
});

it("builds again after a build that failed", () => {
  const failing = () => {
    throw new Error("no room");
  };
  const what = { outputs: [join(dir, "out")], sources: [join(dir, "src")], note: join(dir, "built") };
  expect(() => buildOnce(what, failing)).toThrow("no room");
  expect(() => buildOnce(what, failing)).toThrow("no room");
});
