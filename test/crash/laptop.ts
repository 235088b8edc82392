import { createHash, randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { type Client, createClient, setUp, signIn } from "../support/client.ts";
import { type Laptop, startLaptop } from "../support/laptop.ts";

export type CrashReport = { cycles: number; objects: number; assets: number; lost: string[] };

/** What the world was told: sha256 of each object whose PUT was answered 200, and of each asset that was shown as safe. */
type Told = { objects: Set<string>; assets: Map<string, string> };

const UPLOADERS = 4;
const SAFE_LIMIT_MS = 20_000;

/**
 * Kills a Tintype with SIGKILL at random moments under uploads and ingest, `cycles` times, and starts it again on the same folder.
 * After each start, and for everything at the end: what was acknowledged must be there, byte for byte.
 */
export async function crash(dataDir: string, cycles: number, print: (line: string) => void = () => {}): Promise<CrashReport> {
  const told: Told = { objects: new Set(), assets: new Map() };
  const lost: string[] = [];
  let laptop = await startLaptop({ dataDir });
  let cookie = await setUp(laptop.url, laptop.token ?? "");
  for (let cycle = 1; cycle <= cycles; cycle++) {
    const before = new Set(told.assets.keys());
    await loadAndKill(laptop, createClient(laptop.url, cookie), told);
    laptop = await startLaptop({ dataDir });
    cookie = await signInAgain(laptop, cookie);
    const fresh = new Map([...told.assets].filter(([id]) => !before.has(id)));
    lost.push(...(await missingAssets(createClient(laptop.url, cookie), fresh)));
    print(`cycle ${cycle}: ${told.objects.size} objects and ${told.assets.size} assets acknowledged, ${lost.length} lost`);
  }
  const client = createClient(laptop.url, cookie);
  lost.push(...(await missingAssets(client, told.assets)), ...(await missingObjects(dataDir, told.objects)));
  await laptop.stop();
  return { cycles, objects: told.objects.size, assets: told.assets.size, lost: [...new Set(lost)] };
}

async function loadAndKill(laptop: Laptop, client: Client, told: Told): Promise<void> {
  const killed = new AbortController();
  const base = await sharp({ create: { width: 640, height: 480, channels: 3, background: "#8899aa" } })
    .jpeg()
    .toBuffer();
  const pending = new Map<string, string>();
  const upload = async (): Promise<void> => {
    while (!killed.signal.aborted) {
      const bytes = Buffer.concat([base, randomBytes(1 + Math.floor(Math.random() * 1_500_000))]);
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      const outcome = await client.upload({ name: `crash ${sha256.slice(0, 6)}.jpg`, bytes });
      if (outcome.status !== "sent") continue;
      if (outcome.stored) told.objects.add(sha256);
      pending.set(outcome.uploadId, sha256);
    }
  };
  const watch = async (): Promise<void> => {
    while (!killed.signal.aborted) {
      const ids = [...pending.keys()].slice(0, 200);
      for (const { id, safe, assetId } of ids.length > 0 ? await client.status(ids) : []) {
        if (!safe || assetId === null) continue;
        told.assets.set(assetId, pending.get(id) ?? "");
        pending.delete(id);
      }
      await pause(50);
    }
  };
  // The kill breaks every request under way; that is the point.
  const work = [...Array.from({ length: UPLOADERS }, upload), watch()].map((loop) => loop.catch(() => undefined));
  await killMoment(told);
  await laptop.kill();
  killed.abort();
  await Promise.all(work);
}

/** One kill in four comes at any moment from the start on; the others soon after the first asset of this run was shown as safe. */
async function killMoment(told: Told): Promise<void> {
  if (Math.random() < 0.25) return pause(Math.random() * 1500);
  const before = told.assets.size;
  const limit = Date.now() + SAFE_LIMIT_MS;
  while (told.assets.size === before && Date.now() < limit) await pause(20);
  await pause(Math.random() * 1000);
}

/** The session survives a kill; but a kill within the first moments can come before its row was acknowledged. */
async function signInAgain(laptop: Laptop, cookie: string): Promise<string> {
  const me = await createClient(laptop.url, cookie).call("GET", "/api/me");
  return me.ok ? cookie : signIn(laptop.url);
}

async function missingAssets(client: Client, assets: ReadonlyMap<string, string>): Promise<string[]> {
  const lost: string[] = [];
  for (const [id, sha256] of assets) {
    const answer = await client.call("GET", `/api/assets/${id}/original`);
    const location = answer.headers.get("location");
    const bytes = location === null ? undefined : Buffer.from(await (await fetch(location)).arrayBuffer());
    if (!bytes || createHash("sha256").update(bytes).digest("hex") !== sha256) lost.push(`asset ${id} (${answer.status})`);
  }
  return lost;
}

async function missingObjects(dataDir: string, objects: ReadonlySet<string>): Promise<string[]> {
  const library = join(dataDir, "photos", "library");
  const names = await readdir(library, { recursive: true, withFileTypes: true });
  const found = new Set<string>();
  for (const file of names.filter((entry) => entry.isFile())) {
    found.add(
      createHash("sha256")
        .update(await readFile(join(file.parentPath, file.name)))
        .digest("hex"),
    );
  }
  return [...objects].filter((sha256) => !found.has(sha256)).map((sha256) => `object ${sha256}`);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
