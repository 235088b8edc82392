import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { cp, link, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requestHead } from "../support/s3-http.ts";
import { completion, partsTo } from "../support/s3-parts.ts";
import { KEYS } from "../support/s3-process.ts";
import { type Ask, BUCKET, etagOf, startServer, type TestServer, texts } from "../support/s3-server.ts";
import { encodeKey, md5, sha256, signHeaders } from "../support/s3-sign.ts";

const MB = 1 << 20;
const PROGRAM = fileURLToPath(new URL("../support/s3-killed.ts", import.meta.url));
const [first, second, part, last] = ["the first version", "another, longer version", randomBytes(5 * MB), randomBytes(100)] as const;
let root: string;
let program: string;

/** One file of plain JavaScript starts in a tenth of the time, and it is started for every step of every request. */
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "s3-kill-"));
  program = join(root, "killed.mjs");
  await build({ entryPoints: [PROGRAM], outfile: program, bundle: true, platform: "node", format: "esm", logLevel: "error" });
});
afterAll(async () => rm(root, { recursive: true }));

/** Sends a request to a server on `dir` that is killed before its `step`th change of the disk. The status, if it came so far. */
async function killAt(dir: string, step: number, request: Ask): Promise<{ killed: boolean; status: number | undefined }> {
  const { method, key = "", query = [], headers: given = {}, body = "" } = request;
  const path = `/${BUCKET}/${encodeKey(key)}`;
  const headers = { host: "killed.test", "content-length": String(Buffer.byteLength(body)), ...given };
  const signed = signHeaders({ method, path, query, headers, payload: sha256(Buffer.from(body)), keys: KEYS });
  const search = query.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join("&");
  const head = requestHead(method, search === "" ? path : `${path}?${search}`, signed.headers);
  return new Promise((resolve, reject) => {
    const child = execFile(process.execPath, [program, dir, String(step)], (error, stdout, stderr) => {
      const killed = child.signalCode === "SIGKILL";
      if (error && !killed) reject(new Error(stderr, { cause: error }));
      else resolve({ killed, status: stdout === "" ? undefined : Number(stdout) });
    });
    child.stdin?.end(JSON.stringify({ head, body: Buffer.from(body).toString("base64") }));
  });
}

type Seen = { text: string; etag: string | undefined };

async function look(s3: TestServer, key: string): Promise<Seen | undefined> {
  const answer = await s3.ask({ method: "GET", key });
  if (answer.status === 404) return undefined;
  expect(answer.status).toBe(200);
  return { text: answer.body.toString("latin1"), etag: answer.headers["etag"] };
}

/** What holds after every start: nothing of ours is left over, and the listing has what can be read, under the same etags. */
async function checkWhole(s3: TestServer): Promise<void> {
  expect(await readdir(join(s3.dir, ".s3/temp"))).toEqual([]);
  const { text } = await s3.ask({ method: "GET", query: [["list-type", "2"]] });
  const files = await readdir(join(s3.dir, BUCKET), { recursive: true, withFileTypes: true });
  expect(files.filter((file) => file.isFile())).toHaveLength(texts(text, "Key").length);
  for (const [index, key] of texts(text, "Key").entries()) {
    const seen = await look(s3, key);
    expect(seen?.etag).toBe(texts(text, "ETag")[index]);
    if (seen !== undefined && !/-\d+"$/u.test(seen.etag ?? "")) {
      expect(seen.etag).toBe(etagOf(Buffer.from(seen.text, "latin1")));
    }
  }
}

type Scenario = {
  /** Makes what is there before. */
  before: (s3: TestServer) => Promise<Ask>;
  /** What the key may hold when the request was not acknowledged, and must hold when it was. */
  old: string | undefined;
  next: string | undefined;
  key: string;
};

function overwriteBy(next: string): Scenario {
  return {
    before: async (s3) => {
      await s3.put("a/key", first);
      return { method: "PUT", key: "a/key", body: next };
    },
    old: first,
    next,
    key: "a/key",
  };
}

const scenarios: Record<string, Scenario> = {
  "a PUT": {
    before: async () => ({ method: "PUT", key: "new/key", body: first, headers: { "x-amz-meta-by": "ada" } }),
    old: undefined,
    next: first,
    key: "new/key",
  },
  "an overwrite": overwriteBy(second),
  "an overwrite by content of the same size": overwriteBy(first.toUpperCase()),
  "a Complete": {
    before: async (s3) => {
      const key = "whole/video.mp4";
      const { create, part: send } = partsTo(() => s3);
      const id = await create(key);
      for (const [index, body] of [part, last].entries()) await send(key, id, index + 1, body);
      return completion(key, id, [
        [1, md5(part)],
        [2, md5(last)],
      ]);
    },
    old: undefined,
    next: Buffer.concat([part, last]).toString("latin1"),
    key: "whole/video.mp4",
  },
  "a Copy": {
    before: async (s3) => {
      await s3.put("source", second);
      await s3.put("a/key", first);
      return { method: "PUT", key: "a/key", headers: { "x-amz-copy-source": `/${BUCKET}/source` } };
    },
    old: first,
    next: second,
    key: "a/key",
  },
  "a Delete": {
    before: async (s3) => {
      await s3.put("deep/folder/key", first);
      return { method: "DELETE", key: "deep/folder/key" };
    },
    old: first,
    next: undefined,
    key: "deep/folder/key",
  },
};

describe("a server that is killed before any step of", () => {
  it.each(Object.entries(scenarios))(
    "%s has the old version or the new one at its next start, whole, and the new one when it had answered",
    async (name, { before, old, next, key }) => {
      const base = join(root, name);
      const s3 = await startServer({ dir: base });
      const request = await before(s3);
      await s3.server.close();
      const found = new Set<string | undefined>();
      let steps = 0;
      for (let killed = true; killed;) {
        const dir = join(root, `${name} ${++steps}`);
        await cp(base, dir, { recursive: true, preserveTimestamps: true });
        const end = await killAt(dir, steps, request);
        ({ killed } = end);
        expect(end.status === undefined || end.status < 300).toBe(true);
        const after = await startServer({ dir });
        await checkWhole(after);
        const text = (await look(after, key))?.text;
        expect([old, next]).toContain(text);
        if (end.status !== undefined) expect(text).toBe(next);
        found.add(text);
        if (text === old) {
          const again = await after.ask(request);
          expect([again.code, again.status < 300]).toEqual([undefined, true]);
          expect((await look(after, key))?.text).toBe(next);
          await checkWhole(after);
        }
        await after.stop();
      }
      expect(steps).toBeGreaterThan(3);
      expect(found).toEqual(new Set([old, next]));
    },
    120_000,
  );
});

/** After a loss of power the record may be on the disk, and what was done to the folder not. */
describe("a record that outlives the change of its folder", () => {
  let s3: TestServer;
  beforeAll(async () => {
    s3 = await startServer({ dir: join(root, "power") });
  });
  afterAll(async () => s3.stop());

  it("of a new object is dropped", async () => {
    await s3.put("new", first);
    await s3.restart(async () => rm(s3.file("new")));
    expect(await look(s3, "new")).toBeUndefined();
    await checkWhole(s3);
  });

  it.each([
    ["another", second],
    ["the same", first.toUpperCase()],
  ])("of an overwrite by content of %s size gives way to the file", async (_, next) => {
    await s3.put("old", first);
    await link(s3.file("old"), join(s3.dir, "kept"));
    await s3.put("old", next);
    await s3.restart(async () => rename(join(s3.dir, "kept"), s3.file("old")));
    expect((await look(s3, "old"))?.text).toBe(first);
    await checkWhole(s3);
  });

  it("of a removal gives way to the file", async () => {
    await s3.put("gone", first);
    await link(s3.file("gone"), join(s3.dir, "kept"));
    await s3.ask({ method: "DELETE", key: "gone" });
    await s3.restart(async () => rename(join(s3.dir, "kept"), s3.file("gone")));
    expect((await look(s3, "gone"))?.text).toBe(first);
    await checkWhole(s3);
  });
});
