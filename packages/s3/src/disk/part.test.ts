import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { assemble, type StoredPart } from "./part.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "part-"));
});
afterEach(async () => rm(folder, { recursive: true }));

const part = (number: number, where: Pick<StoredPart, "at" | "file">): StoredPart => ({ number, size: 3, etag: "", mtime: 0, ...where });

describe("putting parts together", () => {
  it("takes the shared file as it is when every part lies in its place", async () => {
    await writeFile(join(folder, "data"), "onetwo");
    const parts = [part(1, { at: 0 }), part(2, { at: 3 })];
    expect(await assemble(folder, parts, parts)).toMatchObject({ path: join(folder, "data"), size: 6 });
    expect(await readFile(join(folder, "data"), "utf8")).toBe("onetwo");
  });

  it("makes the file of parts that lie in files of their own", async () => {
    await writeFile(join(folder, "part-1"), "one");
    const parts = [part(1, { file: "part-1" })];
    expect(await readFile((await assemble(folder, parts, parts)).path, "utf8")).toBe("one");
  });

  it("never makes up a shared file that is gone", async () => {
    await writeFile(join(folder, "part-2"), "two");
    const parts = [part(1, { at: 0 }), part(2, { file: "part-2" })];
    await expect(assemble(folder, parts, parts)).rejects.toThrow("ENOENT");
    expect(existsSync(join(folder, "data"))).toBe(false);
  });
});
