import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newId } from "@tintype/core/kernel";
import { job } from "@tintype/core/kernel/table";
import { timelineChunk } from "@tintype/core/timeline/table";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openPglite } from "../../packages/functions/src/adapters/db-pglite.ts";
import { type Client, createClient, signIn } from "../support/client.ts";
import { journey } from "../support/journey.ts";
import { type Laptop, runLaptop, startLaptop } from "../support/laptop.ts";
import { startOwn } from "../support/s3-process.ts";

let root: string;
let laptop: Laptop;
/** What must not be found in the log. */
let secrets: string[];
const dataDir = () => join(root, "Tintype");

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "tintype-laptop-"));
  // As `npm start` does it; the later ones from one file, which is there in a fraction of the time.
  laptop = await startLaptop({ dataDir: dataDir() });
}, 120_000);
afterAll(async () => {
  await laptop?.kill();
  await rm(root, { recursive: true, force: true });
});

/** As a kill leaves it: changed months, and an hour's lease on their refresh. */
async function leaseRefresh(state: string): Promise<void> {
  const { db, close } = await openPglite({ folder: state });
  const [month] = await db.update(timelineChunk).set({ dirty: true }).returning({ ownerId: timelineChunk.ownerId });
  const ownerId = month?.ownerId ?? "";
  const runAt = new Date(Date.now() + 3_600_000);
  const work = { id: newId(), kind: "timeline", payload: { ownerId }, dedupe: ownerId, runAt, leased: true, attempts: 1, fence: 1 };
  await db.insert(job).values(work).onConflictDoNothing();
  await close();
}

describe("the laptop shape as a process", () => {
  it("takes a photo from signing in to a shared link, and keeps it over a stop and a start", async () => {
    const token = laptop.token ?? "";
    const { cookie, assetId } = await journey({ url: laptop.url, token });
    const values = cookie.split("; ").map((pair) => decodeURIComponent(pair.split("=")[1] ?? "").split(".")[0] ?? "");
    secrets = [token, ...values, "correct horse", "X-Amz-Signature"];
    expect(await laptop.stop()).toBe(0);
    laptop = await startLaptop({ dataDir: dataDir(), bundled: true });
    expect(laptop.token).toBeUndefined();
    const original = await createClient(laptop.url, cookie).call("GET", `/api/assets/${assetId}/original`);
    expect((await fetch(original.headers.get("location") ?? "")).status).toBe(200);
  }, 120_000);

  it("goes on at once with what a killed process was working on, not at the end of its leases", async () => {
    const client = createClient(laptop.url, await signIn(laptop.url));
    const revision = async (of: Client): Promise<string> => (await of.call("GET", "/api/timeline/geometry")).headers.get("etag") ?? "";
    const before = await revision(client);
    await laptop.kill();
    await leaseRefresh(join(dataDir(), ".tintype"));
    laptop = await startLaptop({ dataDir: dataDir(), bundled: true });
    const again = createClient(laptop.url, await signIn(laptop.url));
    await expect.poll(() => revision(again), { timeout: 30_000 }).not.toBe(before);
  }, 120_000);

  it("writes a log without secrets: no signature, cookie, password or set-up token", async () => {
    const log = await readFile(join(dataDir(), ".tintype", "tintype.log"), "utf8");
    expect(log).toContain('"route":"/api/uploads"');
    for (const secret of secrets) {
      expect(secret.length).toBeGreaterThan(8);
      expect(log).not.toContain(secret);
    }
    for (const line of log.trim().split("\n")) expect(() => JSON.parse(line) as unknown).not.toThrow();
  });

  it("refuses a second process on the same folder, and names the first", async () => {
    const { code, output } = await runLaptop({ dataDir: dataDir(), bundled: true });
    expect(code).toBe(1);
    expect(output).toContain(`Another Tintype (pid ${laptop.pid}) is already using this folder: ${dataDir()}\n`);
    expect(output).not.toContain("    at ");
  }, 60_000);
});

describe("what keeps it from starting is told in one sentence", () => {
  const fails = async (env: Record<string, string>, dir = join(root, "other")): Promise<string> => {
    const { code, output } = await runLaptop({ dataDir: dir, env, bundled: true });
    expect(code).toBe(1);
    expect(output).not.toContain("    at ");
    return output;
  };

  it.each(["PORT", "S3_PORT"])(
    "a taken %s, with another to try",
    async (setting) => {
      const taken = await listen();
      try {
        const port = String((taken.address() as { port: number }).port);
        expect(await fails({ [setting]: port })).toMatch(
          new RegExp(`Port ${port} is taken by another program.*${setting}=\\d+ npm start`, "u"),
        );
        expect(existsSync(join(root, "other"))).toBe(false);
      } finally {
        taken.close();
      }
    },
    60_000,
  );

  it("an S3 server that has the folder already", async () => {
    const server = await startOwn(join(root, "served"));
    try {
      expect(await fails({}, join(root, "served"))).toContain(
        `Another process (pid ${server.pid}) already uses the folder ${join(root, "served")}. Stop it first`,
      );
    } finally {
      await server.stop();
    }
  }, 60_000);

  it("a setting that is no number", async () => {
    expect(await fails({ PORT: "three" })).toContain("PORT is not a number");
  });

  it("a folder whose disk is not there", async () => {
    expect(await fails({}, join(root, "not mounted", "Tintype"))).toMatch(/does not exist\. Create it, connect the disk/u);
  });

  it("a file in the place of the folder", async () => {
    await writeFile(join(root, "file"), "");
    expect(await fails({}, join(root, "file"))).toContain("is a file. Set it to a folder.");
  });

  it.runIf(process.platform === "linux")("a folder that is read-only, for root as well", async () => {
    expect(await fails({}, "/sys/kernel")).toMatch(/\/sys\/kernel cannot be written to \(E[A-Z]+\)\. Give yourself write access/u);
  });
});

function listen(): Promise<Server> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve(server));
  });
}
