import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { webFiles } from "./web-files.ts";

let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "tintype-web-"));
  await mkdir(join(root, "dist", "assets"), { recursive: true });
  await writeFile(join(root, "dist", "index.html"), "<!doctype html>");
  await writeFile(join(root, "dist", "assets", "app.js"), "1");
  await writeFile(join(root, "secret.json"), "{}");
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe("the built web app", () => {
  it("is served with its media types", async () => {
    const web = await webFiles(join(root, "dist"));
    expect((await web("/index.html"))?.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(await (await web("/assets/app.js"))?.text()).toBe("1");
  });

  it.each(["/../secret.json", "/assets/../../secret.json", "/..\\secret.json", "/none.js", "/index.exe"])(
    "never answers %s",
    async (path) => {
      const web = await webFiles(join(root, "dist"));
      expect(await web(path)).toBeUndefined();
    },
  );

  it("says how to build it when it is missing", async () => {
    await expect(webFiles(join(root, "none"))).rejects.toThrow(/npm run build/u);
  });
});
