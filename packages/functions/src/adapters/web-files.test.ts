import { readdirSync, readlinkSync } from "node:fs";
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

/** What an open file is of; nothing where it is closed by now. */
function linkOf(fd: string): string[] {
  try {
    return [readlinkSync(fd)];
  } catch {
    return [];
  }
}

describe("the built web app", () => {
  it("is served with its media types", async () => {
    const web = await webFiles(join(root, "dist"));
    expect((await web("/index.html"))?.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(await (await web("/assets/app.js"))?.text()).toBe("1");
  });

  it("comes in pieces, however large a file is, and is let go of when it is given up", async () => {
    await writeFile(join(root, "dist", "assets", "large.png"), new Uint8Array(300_000).fill(7));
    const web = await webFiles(join(root, "dist"));
    const large = await web("/assets/large.png");
    expect(large?.headers.get("content-length")).toBe("300000");
    const sizes: number[] = [];
    for await (const piece of large!.body!) sizes.push(piece.byteLength);
    expect([Math.max(...sizes) < 100_000, sizes.reduce((sum, size) => sum + size, 0)]).toEqual([true, 300_000]);
    const open = () =>
      readdirSync("/proc/self/fd")
        .flatMap((fd) => linkOf(`/proc/self/fd/${fd}`))
        .filter((path) => path.startsWith(root));
    const reader = (await web("/assets/large.png"))!.body!.getReader();
    expect(open()).toEqual([]);
    await reader.read();
    expect(open()).toHaveLength(1);
    await reader.cancel();
    expect(open()).toEqual([]);
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
