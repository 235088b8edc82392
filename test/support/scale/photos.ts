import type { NewJob } from "@tintype/core/kernel";
import type { Doing } from "../../../packages/functions/src/jobs/batch.ts";
import type { Clock } from "./clock.ts";
import type { NeonModel } from "./neon.ts";
import { compute, type Process, wait } from "./process.ts";
import type { StoreModel } from "./store.ts";

/** As `Ingest.noteTrial` has it. */
const LONGEST_MS = 900_000;

/** What a photo takes, as it was measured of the real ingest (`npm run bench scale` measures it again). */
export type Measured = {
  /** Milliseconds of one processor to hash, describe and derive a photo, from the quickest to the slowest. */
  cpuMs: readonly number[];
  /** The same of its bytes. */
  bytes: readonly number[];
  /** Statements: those at the start, and those of its two transactions, without BEGIN and COMMIT. */
  statements: { first: number; commit: number; finish: number };
  /** Milliseconds of the database's processor for a statement, BEGIN and COMMIT being two. */
  statementMs: number;
  /** Milliseconds of the database's processor to pack a month of timeline: for itself, and for each photo in it. */
  packMs: { month: number; photo: number };
};

export const STATE = { none: 0, stored: 1, ready: 2, unreadable: 3 } as const;

/** What is wrong with a photo that is poison: its process is killed at its pixels, hangs there, or we fail on it. */
type Poison = "kills" | "hangs" | "fails" | undefined;

export type Library = ReturnType<typeof createLibrary>;

/** All the photos that arrive, as the database and the store have them in the end. */
export function createLibrary(count: number, options: { months: number; poison: number; measured: Measured }) {
  const { measured } = options;
  const state = new Uint8Array(count);
  const months = new Uint32Array(options.months);
  const dirty = new Set<number>();
  const counts = { rows: 0, decoded: 0, kept: 0 };
  // Of each photo the same each time that it is looked at.
  const share = (index: number, salt: number): number => {
    const mixed = Math.imul((index * 8 + salt) ^ 0x9e_37_79_b9, 0x85_eb_ca_6b);
    return (Math.imul(mixed ^ (mixed >>> 13), 0xc2_b2_ae_35) >>> 0) / 2 ** 32;
  };
  const pick = (values: readonly number[], at: number): number => values[Math.floor(at * values.length)] ?? 0;
  return {
    count,
    state,
    trials: new Map<number, "waits" | number>(),
    months,
    dirty,
    counts,
    measured,
    head: { refreshedAt: 0 },
    // One month after the other, as they lie in a folder.
    monthOf: (index: number): number => Math.floor((index * options.months) / count),
    bytesOf: (index: number): number => pick(measured.bytes, share(index, 1)),
    cpuOf: (index: number): number => pick(measured.cpuMs, share(index, 2)),
    poisonOf: (index: number): Poison => {
      if (share(index, 3) >= options.poison) return undefined;
      return (["kills", "hangs", "fails"] as const)[Math.floor(share(index, 4) * 3)];
    },
  };
}

/** A message of S3's, as it comes. */
export function messageOf(index: number): string {
  const object = { key: keyOf(index), size: 4_000_000, eTag: "d41d8cd98f00b204e9800998ecf8427e", sequencer: "0065" };
  return JSON.stringify({ Records: [{ eventSource: "aws:s3", eventName: "ObjectCreated:Put", s3: { bucket: { name: BUCKET }, object } }] });
}

export const BUCKET = "photos";

export function keyOf(index: number): string {
  return `library/anna/${String(index)}.jpg`;
}

type World = { clock: Clock; store: StoreModel; neon: NeonModel; library: Library; cores: number };

/** The packing of the timeline, whose request follows from each photo that is shown. */
export const OWNER = "anna";

/**
 * What the work on a photo asks of the world, in the order of `Ingest.run`: modelled, because of the real one a million would take days. `enqueue`
 * is called in its last transaction, and gives what is to be done when that is committed.
 */
export function modelled(world: World, process: Process, enqueue: (jobs: readonly NewJob[]) => () => void): Doing {
  const { clock, store, neon, library, cores } = world;
  const { state, trials, counts, measured } = library;

  const decode = async (index: number): Promise<void> => {
    counts.decoded++;
    const poison = library.poisonOf(index);
    await compute(clock, process, library.cpuOf(index), cores);
    if (poison === "fails") throw new Error("a bug of ours");
    if (poison === undefined) return;
    // What hangs is ended by the function's time limit.
    if (poison === "kills") process.kill();
    await wait(clock, process, 1e9);
  };

  const finish = async (index: number, to: number): Promise<void> => {
    const month = library.monthOf(index);
    const announce = await neon.transaction(process, async (tx) => {
      await tx.statements(measured.statements.finish - 3);
      await tx.lock(`month ${month}`);
      await tx.statements(2);
      await tx.lock("job");
      await tx.statements(1);
      if (state[index] === STATE.stored) library.months[month]!++;
      state[index] = to;
      library.dirty.add(month);
      const runAt = new Date(Math.max(clock.now(), library.head.refreshedAt + 1000));
      return enqueue([{ kind: "timeline", payload: { ownerId: OWNER }, dedupe: OWNER, runAt }]);
    });
    announce();
  };

  /** `Ingest.noteTrial`. */
  const note: Doing["note"] = async (key, trial, at) => {
    await store.request(process, "get");
    await neon.query(process, 2);
    const before = trials.get(indexOf(key));
    if (before === undefined || before === "waits") trials.set(indexOf(key), trial === "waits" ? trial : at.getTime());
    if (before === undefined || before === "waits") return before;
    return before > clock.now() - LONGEST_MS ? "under way" : "begun";
  };

  /** `isBlind`: what may have killed a process is not decoded, or given up altogether. */
  const ingest = async (key: string, isBlind: boolean): Promise<void> => {
    const index = indexOf(key);
    await store.request(process, "get");
    await neon.query(process, measured.statements.first);
    if (state[index]! >= STATE.ready) return;
    await store.request(process, "get", library.bytesOf(index));
    if (state[index] === STATE.none) {
      await neon.transaction(process, async (tx) => {
        await tx.statements(measured.statements.commit);
        if (state[index] !== STATE.none) return;
        state[index] = STATE.stored;
        counts.rows++;
      });
    }
    if (isBlind) return finish(index, STATE.unreadable);
    await decode(index);
    await Promise.all([store.request(process, "put"), store.request(process, "put")]);
    await finish(index, STATE.ready);
  };

  /** `Ingest.endTrial`. */
  const end: Doing["end"] = async (key, begunAt) => {
    await neon.query(process);
    if (begunAt === undefined || trials.get(indexOf(key)) === begunAt.getTime()) trials.delete(indexOf(key));
  };

  return {
    now: () => new Date(clock.now()),
    first: ({ key }) => ingest(key, false),
    note,
    end,
    ingest,
    giveUp: (key) => ingest(key, true),
  };
}

function indexOf(key: string): number {
  return Number(/(\d+)\.jpg$/u.exec(key)?.[1]);
}
