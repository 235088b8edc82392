import { setTimeout as sleep } from "node:timers/promises";
import sharp from "sharp";
import { type Client, createClient, setUp, signIn } from "../support/client.ts";
import { killStart, type Laptop, startLaptop } from "../support/laptop.ts";
import { missingAssets, problems } from "./check.ts";
import { editByHand, freshPhoto } from "./hand.ts";
import { nothingTold, sha256, type Told } from "./told.ts";

/** `startsKilled` counts the kills that came before the address was printed. */
export type CrashReport = { cycles: number; objects: number; assets: number; byHand: number; startsKilled: number; lost: string[] };

const UPLOADERS = 4;
const MOST_PENDING = 30;
const SAFE_LIMIT_MS = 20_000;
/** From this size on an upload goes in parts. */
const LARGE_BYTES = 64 << 20;
const LARGE_EVERY = 10;
const BY_HAND_EVERY = 5;
const FIRST_STARTS_KILLED = 8;
const KILL_START_EVERY = 3;
const PRINT_EVERY = 10;

/**
 * Kills a Tintype with SIGKILL at random moments under uploads and ingest, `cycles` times, and starts it again on the same folder. Its very
 * first start (the unpacking and the migrations) is killed some times before that, and later each third start (the recovery). Every fifth time a
 * person changes files in the folder while it is dead; every tenth time one upload is large enough to go in parts. After each start, and for
 * everything at the end: what was acknowledged must be there, byte for byte, and the timeline must show it.
 */
export async function crash(dataDir: string, cycles: number, print: (line: string) => void = () => {}): Promise<CrashReport> {
  const told = nothingTold();
  const lost: string[] = [];
  const base = await sharp({ create: { width: 640, height: 480, channels: 3, background: "#8899aa" } })
    .jpeg()
    .toBuffer();
  const untouched = new Set<string>();
  let startsKilled = await killFirstStarts(dataDir);
  let [laptop, startMs] = await timedStart(dataDir);
  let cookie = await setUp(laptop.url, laptop.token ?? "");
  for (let cycle = 1; cycle <= cycles; cycle++) {
    const before = new Map(told.assets);
    const large = cycle % LARGE_EVERY === 0 ? freshPhoto(base, LARGE_BYTES) : undefined;
    await loadAndKill(laptop, createClient(laptop.url, cookie), { base, large }, told);
    if (cycle % BY_HAND_EVERY === 0) {
      const settled = [...untouched].slice(0, 3);
      await editByHand(dataDir, base, told, settled);
      for (const id of settled) untouched.delete(id);
    }
    if (cycle % KILL_START_EVERY === 0 && (await killStart(program(dataDir), Math.random() * startMs))) startsKilled++;
    [laptop, startMs] = await timedStart(dataDir);
    cookie = await signInAgain(laptop, cookie);
    const fresh = new Map([...told.assets].filter(([id]) => !before.has(id)));
    for (const id of fresh.keys()) untouched.add(id);
    lost.push(...(await missingAssets(createClient(laptop.url, cookie), fresh)));
    if (cycle % PRINT_EVERY === 0) print(`cycle ${cycle}: told of ${told.assets.size} assets, ${lost.length} lost`);
  }
  lost.push(...(await problems(createClient(laptop.url, cookie), dataDir, told)));
  await laptop.stop();
  // Each time one of each: edited, renamed, taken out, put in.
  const byHand = 4 * told.added.size;
  return { cycles, objects: told.objects.size, assets: told.assets.size, byHand, startsKilled, lost: [...new Set(lost)] };
}

const program = (dataDir: string) => ({ dataDir, bundled: true });

/** Starts it; gives also how many ms it took until the address was printed. */
async function timedStart(dataDir: string): Promise<[Laptop, ms: number]> {
  const begin = performance.now();
  const laptop = await startLaptop(program(dataDir));
  return [laptop, performance.now() - begin];
}

/**
 * Kills the first start ever, in an empty folder or in what such a kill has left, at ever later moments of the time that it takes. Returns how
 * many kills came in time.
 */
async function killFirstStarts(dataDir: string): Promise<number> {
  const took: number[] = [];
  // The first of these also fills the caches of the system: the shorter time counts.
  for (const name of ["warm", "measured"]) {
    const [laptop, ms] = await timedStart(`${dataDir} ${name}`);
    took.push(ms);
    await laptop.kill();
  }
  let killed = 0;
  for (let moment = 1; moment <= FIRST_STARTS_KILLED; moment++) {
    if (await killStart(program(dataDir), Math.min(...took) * (moment / (FIRST_STARTS_KILLED + 1)))) killed++;
  }
  return killed;
}

type Photos = { base: Buffer; large: Buffer | undefined };

async function loadAndKill(laptop: Laptop, client: Client, { base, large }: Photos, told: Told): Promise<void> {
  const killed = new AbortController();
  const pending = new Map<string, string>();
  const send = async (bytes: Buffer): Promise<void> => {
    const sum = sha256(bytes);
    const outcome = await client.upload({ name: `crash ${sum.slice(0, 6)}.jpg`, bytes });
    if (outcome.status !== "sent") return;
    if (outcome.stored) told.objects.add(sum);
    pending.set(outcome.uploadId, sum);
  };
  const upload = async (): Promise<void> => {
    while (!killed.signal.aborted) {
      // A backlog of thousands would only make the next kills wait for the first photo that is safe.
      if (pending.size < MOST_PENDING) await send(freshPhoto(base));
      else await sleep(20);
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
      await sleep(50);
    }
  };
  const work = [...(large ? [send(large)] : []), ...Array.from({ length: UPLOADERS }, upload), watch()];
  // The kill breaks every request under way; that is the point.
  const broken = work.map((loop) => loop.catch(() => undefined));
  await killMoment(told);
  await laptop.kill();
  killed.abort();
  await Promise.all(broken);
}

/** One kill in four comes at any moment from the start on; the others soon after the first asset of this run was shown as safe. */
async function killMoment(told: Told): Promise<void> {
  if (Math.random() < 0.25) return sleep(Math.random() * 1500);
  const before = told.assets.size;
  const limit = Date.now() + SAFE_LIMIT_MS;
  while (told.assets.size === before && Date.now() < limit) await sleep(20);
  await sleep(Math.random() * 1000);
}

/** The session survives a kill; but a kill within the first moments can come before its row was acknowledged. */
async function signInAgain(laptop: Laptop, cookie: string): Promise<string> {
  const me = await createClient(laptop.url, cookie).call("GET", "/api/me");
  return me.ok ? cookie : signIn(laptop.url);
}
