import { setTimeout as sleep } from "node:timers/promises";
import sharp from "sharp";
import { createS3Store } from "../../packages/functions/src/adapters/store-s3.ts";
import { createClient, setUp } from "../support/client.ts";
import { type Homelab, startHomelab } from "../support/homelab.ts";
import { killStart, type Program } from "../support/program.ts";
import { seeded } from "../support/random.ts";
import { remoteProblems } from "./check.ts";
import { freshPhoto } from "./hand.ts";
import { startLoad } from "./load.ts";
import { countWays, distrust, stagedProblems, startDrops, untilProbed } from "./staged.ts";
import { nothingTold } from "./told.ts";

export type HomelabReport = {
  seed: number;
  cycles: number;
  /** Kills of each part; those of a start came before it was ready. */
  kills: Record<string, number>;
  objects: number;
  assets: number;
  refused: number;
  /** Files that came through the inbox, uploads that went through `incoming/`, and those that went straight to their places. */
  dropped: number;
  staged: number;
  straight: number;
  /** How long it took after the last kill until everything was safe and shown, in ms. */
  convergedMs: number;
  lost: string[];
};

export type HomelabCrash = { cycles: number; seed?: number; print?: (line: string) => void };

/** A request that is answered later than this hangs. */
const ANSWER_LIMIT_MS = 30_000;
const LARGE_BYTES = 64 << 20;
const CONVERGE_LIMIT_MS = 180_000;
const PRINT_EVERY = 10;

/** What can be killed once it is up; `restart` only begins to start it on what it has left behind. */
type Part = { kill: () => Promise<void>; restart: () => void; up: () => Promise<void> };

/**
 * Kills an API, a worker, MinIO and Postgres with SIGKILL at random moments under a load, `cycles` times, and starts what was killed again: uploads,
 * single and in parts, first to their places and then through `incoming/`, and files that a tool puts into `inbox/`; now and then two at once, or a
 * start before it is done. At the end, what was acknowledged must be there, byte
 * for byte, and the timeline must show it. The same seed makes the same choices.
 */
export async function crashHomelab({
  cycles,
  seed = Math.floor(Math.random() * 2 ** 31),
  print = () => {},
}: HomelabCrash): Promise<HomelabReport> {
  print(`seed ${seed}`);
  const random = seeded(seed);
  const homelab = await startHomelab();
  const parts = await startParts(homelab, random).catch(async (error: unknown) => {
    await homelab.stop();
    throw error;
  });
  const kills: Record<string, number> = {};
  const tool = createS3Store(homelab.store.options);
  try {
    const client = createClient(homelab.url, await setUp(homelab.url, parts.token), ANSWER_LIMIT_MS);
    await untilProbed(homelab.database.url);
    const told = nothingTold();
    const base = await sharp({ create: { width: 640, height: 480, channels: 3, background: "#8899aa" } })
      .jpeg()
      .toBuffer();
    const load = startLoad(client, told, {
      photo: () => freshPhoto(base, 1 + Math.floor(random() * 500_000)),
      uploaders: 2,
      large: () => freshPhoto(base, LARGE_BYTES),
    });
    const drops = startDrops(tool, () => freshPhoto(base, 1 + Math.floor(random() * 500_000)));
    for (let cycle = 1; cycle <= cycles; cycle++) {
      await sleep(100 + random() * 1400);
      const victims = choose(Object.keys(parts.all), random);
      for (const name of victims) kills[name] = (kills[name] ?? 0) + 1;
      // Of two one may be starting, and need the other for it.
      await Promise.all(victims.map(async (name) => parts.all[name]?.up()));
      await Promise.all(victims.map(async (name) => parts.all[name]?.kill()));
      await sleep(random() * 400);
      // In the second half uploads are staged but for a moment after each start of a worker.
      if (cycle > cycles / 2) void distrust(homelab.database.url);
      // The others are killed meanwhile.
      for (const name of victims) parts.all[name]?.restart();
      if (cycle % PRINT_EVERY === 0) {
        await parts.up();
        print(
          `cycle ${cycle}: ${told.objects.size} acknowledged, ${told.assets.size} safe, ${load.refused()} requests failed, ${load.wrong.length} wrong`,
        );
      }
    }
    await parts.up();
    const began = performance.now();
    await Promise.all([load.settle(CONVERGE_LIMIT_MS), drops.end()]);
    const problems = await stagedProblems(tool, client, told, drops.dropped, CONVERGE_LIMIT_MS);
    const lost = [...load.wrong, ...problems, ...(await remoteProblems(client, told))];
    const convergedMs = Math.round(performance.now() - began);
    return {
      seed,
      cycles,
      kills,
      objects: told.objects.size,
      assets: told.assets.size,
      refused: load.refused(),
      dropped: drops.dropped.size,
      ...(await countWays(homelab.database.url)),
      convergedMs,
      lost: [...lost, ...parts.bugs()],
    };
  } finally {
    tool.close();
    await parts.stop();
    await homelab.stop();
  }
}

/** Mostly one, one time in eight another one with it. */
function choose(names: readonly string[], random: () => number): string[] {
  const first = names[Math.floor(random() * names.length)] ?? "";
  const second = names[Math.floor(random() * names.length)] ?? "";
  return [...new Set(random() < 0.125 ? [first, second] : [first])];
}

function asPart(name: string, { kill, restart }: { kill: () => Promise<void>; restart: () => Promise<void> }): Part {
  let starting = Promise.resolve();
  return {
    kill,
    restart: () => {
      const began = performance.now();
      starting = restart();
      // Whoever waits for it hears of it; but by then another may have failed for want of this one.
      starting.catch((error: unknown) => {
        console.log(`the ${name} did not start in ${Math.round(performance.now() - began)} ms: ${String(error)}`);
      });
    },
    up: () => starting,
  };
}

async function startParts(homelab: Homelab, random: () => number) {
  const bugs: string[] = [];
  const settings = { SWEEP_INTERVAL: "5" };
  const programs: Record<string, { env: Record<string, string>; running: Program }> = {};
  for (const role of ["api", "worker"]) {
    const env = { ...settings, ROLE: role, ...(role === "worker" && { PORT: "0" }) };
    programs[role] = { env, running: await homelab.start(env) };
  }
  const note = ({ output }: Program): void => {
    bugs.push(
      ...output()
        .split("\n")
        .filter((line) => /"event":"(?:bug|job is dead)"/u.test(line) || /^(?:Uncaught|Error:|TypeError)/u.test(line)),
    );
  };
  const all: Record<string, Part> = { store: asPart("store", homelab.store), database: asPart("database", homelab.database) };
  for (const [role, program] of Object.entries(programs)) {
    all[role] = asPart(role, {
      kill: async () => {
        await program.running.kill();
        note(program.running);
      },
      restart: async () => {
        if (random() < 0.25) await killStart(homelab.options(program.env), random() * 600);
        program.running = await homelab.start(program.env);
      },
    });
  }
  return {
    all,
    token: programs["api"]?.running.token ?? "",
    up: async () => void (await Promise.all(Object.values(all).map((part) => part.up()))),
    bugs: () => {
      for (const { running } of Object.values(programs)) note(running);
      return bugs;
    },
    stop: async () => {
      await Promise.all(Object.values(programs).map(({ running }) => running.kill()));
    },
  };
}
