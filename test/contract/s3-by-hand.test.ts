import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer } from "@tintype/s3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { KEYS } from "../support/s3-process.ts";
import { BUCKET, BY_HAND, etagOf, startServer, type TestServer, texts, until } from "../support/s3-server.ts";

let s3: TestServer;
beforeEach(async () => {
  s3 = await startServer();
});
afterEach(async () => s3.stop());

describe("files that a person changes while the server is stopped", () => {
  it("are noticed at the next start, and told", async () => {
    await s3.put("kept", "kept", { "content-type": "text/x-kept", "x-amz-meta-by": "ada" });
    await s3.put("changed", "before", { "content-type": "text/x-changed", "x-amz-meta-by": "ada" });
    await s3.put("edited", "12345", { "x-amz-meta-by": "ada" });
    await s3.put("touched", "same", { "x-amz-meta-by": "ada" });
    await s3.put("copied", "copied", { "x-amz-meta-by": "ada" });
    await s3.put("gone", "gone");
    await s3.put("moved", "moved");
    s3.events.length = 0;
    await s3.restart(async () => {
      await writeFile(s3.file("changed"), "after it");
      await writeFile(s3.file("edited"), "54321");
      const { atime, mtime } = await stat(s3.file("copied"));
      await copyFile(s3.file("copied"), s3.file("copy"));
      await utimes(s3.file("copy"), atime, mtime);
      await rename(s3.file("copy"), s3.file("copied"));
      await utimes(s3.file("touched"), new Date(), new Date(1_600_000_000_000));
      await rm(s3.file("gone"));
      await mkdir(s3.file("new folder"), { recursive: true });
      await rename(s3.file("moved"), s3.file("new folder/moved 100%.jpg"));
      await writeFile(s3.file(".DS_Store"), "junk");
      await writeFile(s3.file(Buffer.from([0x62, 0xe9]).toString("latin1")), "");
    });
    await until(() => s3.events.length >= 6);
    await s3.server.rescan();
    expect(s3.events.map(({ name, key }) => `${name} ${key}`).toSorted()).toEqual([
      "ObjectCreated:Put b\u00e9",
      "ObjectCreated:Put changed",
      "ObjectCreated:Put edited",
      "ObjectCreated:Put new folder/moved 100%.jpg",
      "ObjectRemoved:Delete gone",
      "ObjectRemoved:Delete moved",
    ]);
    expect(await s3.keys()).toEqual(["b\u00e9", "changed", "copied", "edited", "kept", "new folder/moved 100%.jpg", "touched"]);
    const head = async (key: string) => (await s3.ask({ method: "HEAD", key })).headers;
    expect(await head("kept")).toMatchObject({ etag: etagOf("kept"), "content-type": "text/x-kept", "x-amz-meta-by": "ada" });
    expect(await head("changed")).toMatchObject({ etag: BY_HAND, "content-type": "text/x-changed", "content-length": "8" });
    expect(await head("edited")).toMatchObject({ etag: etagOf("54321"), "x-amz-meta-by": "ada" });
    expect(await head("copied")).toMatchObject({ etag: etagOf("copied"), "x-amz-meta-by": "ada" });
    expect(await head("touched")).toMatchObject({ etag: etagOf("same"), "x-amz-meta-by": "ada" });
    expect(await head("new folder/moved 100%.jpg")).toMatchObject({ etag: BY_HAND, "content-type": "image/jpeg" });
    expect((await s3.ask({ method: "DELETE", key: "new folder/moved 100%.jpg" })).status).toBe(204);
    expect(existsSync(s3.file("new folder"))).toBe(false);
  });

  it("are read when anything was done to them that left size and time as they were, and keep all that is known unless they changed", async () => {
    const about = { "content-type": "text/x-kept", "x-amz-meta-by": "ada" };
    const time = new Date(1_600_000_000_000);
    const write = async (name: string, body: string): Promise<void> => {
      await writeFile(s3.file(name), body);
      await utimes(s3.file(name), time, time);
    };
    for (const key of ["edited", "replaced", "restored", "allowed"]) await s3.put(key, "12345", about);
    await s3.restart(async () => {
      for (const name of ["edited", "replaced", "restored", "allowed", "edited by hand", "left by hand"]) await write(name, "12345");
    });
    await s3.server.rescan();
    s3.events.length = 0;
    await s3.restart(async () => {
      await write("edited", "54321");
      await write("edited by hand", "54321");
      await write("new", "54321");
      await rename(s3.file("new"), s3.file("replaced"));
      await write("new", "12345");
      await rename(s3.file("new"), s3.file("restored"));
      await chmod(s3.file("allowed"), 0o640);
    });
    await s3.server.rescan();
    await until(() => s3.events.length >= 3);
    expect(s3.events.map(({ name, key }) => `${name} ${key}`).toSorted()).toEqual([
      "ObjectCreated:Put edited",
      "ObjectCreated:Put edited by hand",
      "ObjectCreated:Put replaced",
    ]);
    const head = async (key: string) => (await s3.ask({ method: "HEAD", key })).headers;
    for (const key of ["edited", "replaced"]) expect(await head(key)).toMatchObject({ ...about, etag: etagOf("54321") });
    for (const key of ["restored", "allowed"]) expect(await head(key)).toMatchObject({ ...about, etag: etagOf("12345") });
    expect((await head("edited by hand"))["etag"]).toBe(etagOf("54321"));
    expect((await head("left by hand"))["etag"]).toEqual(BY_HAND);
  });

  it("are listed and served at once, before any of them is read or told of, and have an etag that stays until they change", async () => {
    const told: string[] = [];
    await s3.restart(async () => {
      for (let index = 0; index < 200; index++) await writeFile(s3.file(`${index}.jpg`), `photo ${index}`);
    });
    s3.server.onEvent(({ key }) => told.push(key));
    const listed = async () => texts((await s3.ask({ method: "GET", query: [["list-type", "2"]] })).text, "ETag");
    const etags = await listed();
    expect(etags).toHaveLength(200);
    for (const found of etags) expect(found).toEqual(BY_HAND);
    expect(await s3.read("7.jpg")).toBe("photo 7");
    expect((await s3.ask({ method: "GET", key: "7.jpg", headers: { "if-none-match": "*" } })).status).toBe(304);
    await s3.restart();
    expect(await listed()).toEqual(etags);
    await s3.restart(async () => rm(join(s3.dir, ".s3"), { recursive: true }));
    expect(await listed()).toEqual(etags);
    await s3.restart(async () => writeFile(s3.file("7.jpg"), "another"));
    expect((await listed()).filter((found) => !etags.includes(found))).toHaveLength(1);
    const copy = await s3.ask({ method: "PUT", key: "copy", headers: { "x-amz-copy-source": `/${BUCKET}/8.jpg` } });
    expect(texts(copy.text, "ETag")).toEqual([etagOf("photo 8")]);
  });

  it("are told of again when nobody listened the first time, and no faster than the listener takes them", async () => {
    await s3.server.close();
    for (let index = 0; index < 300; index++) await writeFile(s3.file(`${index}.jpg`), "");
    const deaf = await createServer({ dir: s3.dir, credentials: [KEYS] });
    await deaf.listen(0);
    await deaf.close();
    s3.server = await createServer({ dir: s3.dir, credentials: [KEYS] });
    const heard = new Set<string>();
    let now = 0;
    let most = 0;
    s3.server.onEvent(async ({ key }) => {
      now++;
      most = Math.max(most, now);
      await new Promise(setImmediate);
      heard.add(key);
      now--;
    });
    await s3.server.listen(0);
    await until(() => heard.size === 300);
    expect(most).toBeLessThanOrEqual(64);
  });

  it("are counted for whoever runs the server", async () => {
    await s3.put("gone", "x");
    await s3.server.close();
    await rm(s3.file("gone"));
    for (const name of ["a", "b", "c"]) await writeFile(s3.file(name), "");
    const notices: string[] = [];
    s3.server = await createServer({ dir: s3.dir, credentials: [KEYS], onNotice: (message) => notices.push(message) });
    expect(notices).toEqual([`${BUCKET}: 3 files came or changed and 1 went without this server.`]);
  });

  it("do not hold up a stop, however long they take to read", async () => {
    await s3.put("big", "x".repeat(8 << 20));
    await s3.server.close();
    await utimes(s3.file("big"), new Date(), new Date(1_600_000_000_000));
    s3.server = await createServer({ dir: s3.dir, credentials: [KEYS] });
    const done = s3.server.rescan();
    await s3.server.close();
    await done;
    s3.server = await createServer({ dir: s3.dir, credentials: [KEYS] });
    await s3.server.listen(0);
    expect((await s3.ask({ method: "HEAD", key: "big" })).headers["etag"]).toBe(etagOf("x".repeat(8 << 20)));
  });

  it("and that are pipes or folders in an object's place hold up nobody", async () => {
    await s3.put("pipe", "x");
    await s3.put("folder", "x");
    await rm(s3.file("pipe"));
    await rm(s3.file("folder"));
    execFileSync("mkfifo", [s3.file("pipe")]);
    await mkdir(s3.file("folder"));
    expect([await s3.read("pipe"), await s3.read("folder")]).toEqual(["404", "404"]);
    expect(await s3.keys()).toEqual([]);
  });

  it("with names that are not UTF-8 can be read, replaced and deleted", async () => {
    await s3.restart(async () => writeFile(Buffer.concat([Buffer.from(s3.file("b")), Buffer.from([0xe9])]), "latin"));
    expect(await s3.keys()).toEqual(["b%E9"]);
    expect(await s3.read("b%E9")).toBe("latin");
    await s3.put("b%E9", "replaced");
    expect([await s3.read("b%E9"), await readdir(join(s3.dir, BUCKET))]).toEqual(["replaced", ["b%25E9"]]);
    await s3.ask({ method: "DELETE", key: "b%E9" });
    expect(await readdir(join(s3.dir, BUCKET))).toEqual([]);
  });

  it("that are links are never followed, inside or out", async () => {
    const outside = await mkdtemp(join(tmpdir(), "outside-"));
    await writeFile(join(outside, "secret"), "secret");
    await s3.restart(async () => {
      await symlink(outside, s3.file("linked"));
      await symlink(join(outside, "secret"), s3.file("link"));
    });
    expect(await s3.keys()).toEqual([]);
    expect([await s3.read("linked/secret"), await s3.read("link")]).toEqual(["404", "404"]);
    expect((await s3.put("linked/secret", "z", { "if-none-match": "*" })).status).toBe(200);
    expect([await s3.read("linked/secret"), await readFile(join(outside, "secret"), "utf8")]).toEqual(["z", "secret"]);
    expect((await s3.ask({ method: "DELETE", key: "linked/secret" })).status).toBe(204);
    expect([await s3.read("linked/secret"), await readFile(join(outside, "secret"), "utf8")]).toEqual(["404", "secret"]);
    expect((await s3.put("linked/new", "x")).status).toBe(200);
    expect((await s3.put("link", "y")).status).toBe(200);
    expect([await readdir(outside), await readFile(join(outside, "secret"), "utf8")]).toEqual([["secret"], "secret"]);
    expect([await s3.read("linked/new"), await s3.read("link")]).toEqual(["x", "y"]);
    await rm(outside, { recursive: true });
  });

  it.each([
    ["while the server is stopped", async (change: () => Promise<void>) => s3.restart(change)],
    ["while it runs", async (change: () => Promise<void>) => change()],
  ])("and moved out with a link in their place, %s, stay as they are there and are never served", async (_, during) => {
    const outside = await mkdtemp(join(tmpdir(), "outside-"));
    const names = ["read", "replaced", "free", "gone"];
    for (const name of names) await s3.put(`linked/${name}`, "theirs");
    await writeFile(s3.file("linked/by hand"), "theirs");
    await during(async () => {
      await rename(s3.file("linked"), join(outside, "linked"));
      await symlink(join(outside, "linked"), s3.file("linked"));
    });
    expect([await s3.read("linked/read"), await s3.read("linked/by hand"), await s3.read("linked/free")]).toEqual(["404", "404", "404"]);
    expect((await s3.put("linked/replaced", "ours")).status).toBe(200);
    expect((await s3.put("linked/by hand", "ours")).status).toBe(200);
    expect((await s3.put("linked/free", "ours", { "if-none-match": "*" })).status).toBe(200);
    expect((await s3.put("linked/read", "ours", { "if-match": etagOf("theirs") })).code).toBe("NoSuchKey");
    expect((await s3.ask({ method: "DELETE", key: "linked/gone" })).status).toBe(204);
    expect((await s3.ask({ method: "DELETE", key: "linked/by hand" })).status).toBe(204);
    await s3.server.rescan();
    expect(await s3.keys()).toEqual(["linked/free", "linked/replaced"]);
    expect([await s3.read("linked/replaced"), await s3.read("linked/free"), await s3.read("linked/gone")]).toEqual(["ours", "ours", "404"]);
    for (const name of [...names, "by hand"]) expect(await readFile(join(outside, "linked", name), "utf8")).toBe("theirs");
    expect((await readdir(join(outside, "linked"))).toSorted()).toEqual([...names, "by hand"].toSorted());
    await rm(outside, { recursive: true });
  });

  it("in a folder that is a bucket's name make a bucket; other folders and files do not", async () => {
    await s3.restart(async () => {
      await mkdir(join(s3.dir, "holiday"));
      await writeFile(join(s3.dir, "holiday", "a.txt"), "a");
      await mkdir(join(s3.dir, "My Pictures"));
      await writeFile(join(s3.dir, "readme.txt"), "");
    });
    expect(texts((await s3.ask({ method: "GET", bucket: "" })).text, "Name")).toEqual(["holiday", BUCKET]);
    expect((await s3.ask({ method: "GET", bucket: "holiday", key: "a.txt" })).headers["content-type"]).toBe("text/plain");
  });
});
