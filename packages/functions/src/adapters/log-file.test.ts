import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openLogFile } from "./log-file.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "tintype-log-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe("the log file", () => {
  it("appends to what is there", () => {
    const path = join(dir, "log", "tintype.log");
    for (const line of ["one", "two"]) {
      const file = openLogFile(path);
      file.write(line);
      file.close();
    }
    expect(readFileSync(path, "utf8")).toBe("one\ntwo\n");
  });

  it("starts anew when it has grown large, and keeps the last one", () => {
    const path = join(dir, "tintype.log");
    writeFileSync(path, Buffer.alloc(11 * 2 ** 20, "x"));
    const file = openLogFile(path);
    file.write("new");
    expect(readFileSync(path, "utf8")).toBe("new\n");
    expect(readFileSync(`${path}.1`)).toHaveLength(11 * 2 ** 20);
    const line = "y".repeat(2 ** 20);
    for (let i = 0; i < 11; i++) file.write(line);
    file.close();
    expect(readFileSync(path, "utf8")).toBe(`${line}\n`);
    expect(readFileSync(`${path}.1`, "utf8").startsWith("new\ny")).toBe(true);
  });
});
