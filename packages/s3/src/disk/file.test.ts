import { mkdtemp, rm, writeFile } from "node:fs/promises";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { closeFile, createFile, identityOf, openFile, readSmall, writeSmall } from "./file.ts";

vi.mock("node:fs", { spy: true });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "file-"));
});
afterAll(async () => rm(folder, { recursive: true }));
afterEach(() => {
  vi.restoreAllMocks();
  vi.clearAllMocks();
});

describe("a small file", () => {
  it("is written and read at once, and by the pool for a while after the disk was slow", async () => {
    let now = 1_000_000;
    let took = 0;
    vi.spyOn(performance, "now").mockImplementation(() => (now += took));
    const file = await createFile(join(folder, "a"), "new");
    const target = Buffer.alloc(10);
    const read = async (): Promise<string> => target.toString("latin1", 0, await readSmall(file, target, 0));
    const calls = (): number[] => [fs.writeSync, fs.readSync, fs.write, fs.read].map((call) => vi.mocked(call).mock.calls.length);
    await writeSmall(file, Buffer.from("quick"), 0);
    expect([await read(), calls()]).toEqual(["quick", [1, 1, 0, 0]]);
    took = 5;
    expect([await read(), calls()]).toEqual(["quick", [1, 2, 0, 0]]);
    took = 1;
    await writeSmall(file, Buffer.from("slow"), 0);
    expect([await read(), calls()]).toEqual(["slowk", [1, 2, 1, 1]]);
    now += 1000;
    expect([await read(), calls()]).toEqual(["slowk", [1, 3, 1, 1]]);
    await writeSmall(file, Buffer.alloc(0), 0);
    expect(identityOf(file).size).toBe(5);
    closeFile(file);
  });

  it("is what was opened also when its name has gone on to another", async () => {
    await writeFile(join(folder, "b"), "first");
    const file = openFile(join(folder, "b"));
    await rm(join(folder, "b"));
    await writeFile(join(folder, "b"), "second one");
    expect(identityOf(file).size).toBe(5);
    closeFile(file);
  });
});
