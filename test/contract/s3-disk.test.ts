import { existsSync } from "node:fs";
import { appendFile, chmod, mkdir, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createServer } from "@tintype/s3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { KEYS } from "../support/s3-process.ts";
import { BUCKET, etagOf, startServer, type TestServer } from "../support/s3-server.ts";

let s3: TestServer;
beforeEach(async () => {
  s3 = await startServer();
});
afterEach(async () => s3.stop());

describe("keys of every kind", () => {
  const strange = [
    "a",
    "a/b",
    "a/b/c",
    "a/",
    "a//b",
    "/a",
    "//",
    ".",
    "..",
    "../../outside",
    "./a",
    "a/../b",
    "nul\u0000byte",
    "line\nbreak",
    "CON",
    "con.jpg",
    "trailing.",
    "trailing ",
    "%41",
    "%-",
    "a%-",
    "a%2Fb",
    "back\\slash",
    'q"u?o*t|e<s>:',
    "\u202egpj.exe",
    "写真/é/e\u0301/\u{1f4f7}.jpg",
    ".DS_Store",
    "x".repeat(1024),
    "é".repeat(512),
    "\u0001".repeat(1024),
    `deep/${"d/".repeat(500)}x`,
  ];

  it("stand side by side, are listed, and are the same after the index was lost", async () => {
    for (const key of strange) expect([key, (await s3.put(key, `of ${key}`)).status]).toEqual([key, 200]);
    const check = async (): Promise<void> => {
      for (const key of strange) expect(await s3.read(key)).toBe(`of ${key}`);
      expect(await s3.keys()).toEqual(strange.toSorted((a, b) => Buffer.from(a).compare(Buffer.from(b))));
    };
    await check();
    await s3.restart();
    await check();
    await s3.restart(async () => rm(join(s3.dir, ".s3"), { recursive: true }));
    await check();
    expect(existsSync(join(s3.dir, "outside"))).toBe(false);
    expect((await readdir(s3.dir)).toSorted()).toEqual([".s3", ".s3.lock", ".s3.lock.json", BUCKET]);
    for (const key of strange) expect((await s3.ask({ method: "DELETE", key })).status).toBe(204);
    expect(await s3.keys()).toEqual([]);
    expect(await readdir(join(s3.dir, BUCKET))).toEqual([]);
  });

  it("that differ in case only stand side by side where the file system would mix them", async () => {
    await s3.stop();
    s3 = await startServer({ foldCase: true });
    const names = ["Photo.JPG", "photo.jpg", "PHOTO.jpg", "Folder/a", "folder/a", "folder/b", "\u00e9", "e\u0301"];
    for (const key of names) await s3.put(key, key);
    for (const key of names) expect(await s3.read(key)).toBe(key);
    const onDisk = (await readdir(join(s3.dir, BUCKET), { recursive: true })).map((path) => path.normalize("NFC").toLowerCase());
    expect(new Set(onDisk).size).toBe(onDisk.length);
    await s3.restart(async () => rm(join(s3.dir, ".s3"), { recursive: true }));
    for (const key of names) expect(await s3.read(key)).toBe(key);
    await s3.put("photo.jpg", "changed");
    expect([await s3.read("photo.jpg"), await s3.read("Photo.JPG")]).toEqual(["changed", "Photo.JPG"]);
  });

  it("of two folders that become a file and back leave no folder behind", async () => {
    await s3.put("a/b/c", "1");
    await s3.ask({ method: "DELETE", key: "a/b/c" });
    await s3.put("a", "2");
    await s3.ask({ method: "DELETE", key: "a" });
    await s3.put("a/b", "3");
    expect([await s3.read("a/b"), await readFile(s3.file("a/b"), "utf8")]).toEqual(["3", "3"]);
  });
});

describe("the state folder", () => {
  it("may lose the end of its journal, or all of it, and no object", async () => {
    for (let index = 0; index < 20; index++) await s3.put(`k${index}`, `v${index}`);
    const index = join(s3.dir, ".s3/index");
    const journal = async (): Promise<string> => join(index, (await readdir(index)).find((name) => name.startsWith("journal-")) ?? "");
    await s3.restart();
    await s3.put("last", "last");
    const copy = await readFile(await journal());
    await s3.restart(async () => {
      await rm(index, { recursive: true });
      await mkdir(index);
      await writeFile(join(index, "journal-0"), copy.subarray(0, -3));
      await appendFile(join(index, "journal-0"), "garbage");
    });
    expect(await s3.keys()).toHaveLength(21);
    expect(await s3.read("last")).toBe("last");
    await truncate(await journal(), 0);
    await s3.restart();
    expect(await s3.keys()).toHaveLength(21);
  });

  it("belongs to one process at a time", async () => {
    await expect(createServer({ dir: s3.dir, credentials: [KEYS] })).rejects.toMatchObject({ name: "LockedError" });
  });

  it("is free again when a start has failed", async () => {
    const settings = join(s3.dir, ".s3/buckets.json");
    await s3.server.close();
    const text = await readFile(settings, "utf8");
    await writeFile(settings, "{");
    await expect(createServer({ dir: s3.dir, credentials: [KEYS] })).rejects.toThrow(/Mend or remove that file/u);
    await writeFile(settings, text);
    s3.server = await createServer({ dir: s3.dir, credentials: [KEYS] });
  });

  it("keeps nothing of what never became an object", async () => {
    await s3.restart(async () => writeFile(join(s3.dir, ".s3/temp/left-over"), "torn"));
    expect(await readdir(join(s3.dir, ".s3/temp"))).toEqual([]);
  });
});

describe("the modes of files and folders", () => {
  const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;
  let usual: { file: number; folder: number };
  beforeEach(async () => {
    await mkdir(join(s3.dir, "by hand"));
    await writeFile(join(s3.dir, "by hand/file"), "");
    usual = { folder: await modeOf(join(s3.dir, "by hand")), file: await modeOf(join(s3.dir, "by hand/file")) };
  });

  it("keep everybody else out of a folder that the server made, and are the usual ones in it", async () => {
    const within = await startServer({ dir: join(s3.dir, "above/made") });
    await within.ask({ method: "PUT", key: "a/b", body: "x" });
    const path = (name: string): string => join(within.dir, name);
    expect([await modeOf(path("../")), await modeOf(path("")), await modeOf(path(".s3"))]).toEqual([usual.folder, 0o700, 0o700]);
    expect([await modeOf(path("photos")), await modeOf(path("photos/a")), await modeOf(path("photos/a/b"))]).toEqual([
      usual.folder,
      usual.folder,
      usual.file,
    ]);
    await within.stop();
  });

  it("stay what they are of a folder that was there", async () => {
    await s3.restart(async () => {
      await chmod(s3.dir, 0o751);
      await chmod(join(s3.dir, BUCKET), 0o2775);
    });
    await s3.put("a", "a");
    expect([await modeOf(s3.dir), await modeOf(join(s3.dir, BUCKET))]).toEqual([0o751, 0o775]);
  });

  it("are not copied from a file that was put there read-only", async () => {
    await s3.restart(async () => {
      await writeFile(s3.file("a"), "a");
      await chmod(s3.file("a"), 0o444);
    });
    await s3.ask({ method: "PUT", key: "b", body: "b" });
    await s3.restart(async () => chmod(s3.file("b"), 0o444));
    for (const key of ["a", "b"]) {
      expect((await s3.ask({ method: "PUT", key: `${key}2`, headers: { "x-amz-copy-source": `/${BUCKET}/${key}` } })).status).toBe(200);
      expect([key, await modeOf(s3.file(`${key}2`))]).toEqual([key, usual.file]);
    }
  });
});

describe("readers and writers of one key", () => {
  it("see whole versions only, each with its own etag and length", async () => {
    const bodies = Array.from({ length: 8 }, (_, index) => String(index).repeat(50_000 + index));
    await s3.put("hot", bodies[0] ?? "");
    const state = { writing: true };
    const seen = new Set<string>();
    const readers = Array.from({ length: 4 }, async () => {
      while (state.writing) {
        const answer = await s3.ask({ method: "GET", key: "hot" });
        expect(answer.status).toBe(200);
        expect(bodies).toContain(answer.text);
        expect([answer.headers["etag"], answer.headers["content-length"]]).toEqual([etagOf(answer.text), String(answer.text.length)]);
        seen.add(answer.text);
      }
    });
    for (let round = 0; round < 5; round++) await Promise.all(bodies.map(async (body) => s3.put("hot", body)));
    state.writing = false;
    await Promise.all(readers);
    expect(seen.size).toBeGreaterThan(1);
  });

  it("with If-None-Match let exactly one of many through", async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, async (_, index) => s3.put("once", `${index}`, { "if-none-match": "*" })));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, ...Array.from({ length: 9 }, () => 412)]);
    const winner = answers.findIndex(({ status }) => status === 200);
    expect(await s3.read("once")).toBe(`${winner}`);
  });
});
