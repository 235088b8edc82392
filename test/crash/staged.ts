import { setTimeout as sleep } from "node:timers/promises";
import * as Upload from "@tintype/core/upload";
import { Client as Postgres } from "pg";
import type { S3Store } from "../../packages/functions/src/adapters/store-s3.ts";
import type { Client } from "../support/client.ts";
import { sha256, type Told } from "./told.ts";

export type Drops = {
  /** Sums of the files that the store has acknowledged. */
  dropped: ReadonlySet<string>;
  /** Begins no more; resolves when all that was begun is at the store. */
  end: () => Promise<void>;
};

const PAUSE_MS = 700;
const RETRY_MS = 250;

/** Somebody who puts files into the inbox of the owner with an S3 tool, which tries again until the store has taken each. */
export function startDrops(store: S3Store, photo: () => Buffer): Drops {
  const dropped = new Set<string>();
  const ended = new AbortController();
  const drop = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      const bytes = photo();
      const sum = sha256(bytes);
      const put = () => store.put(`inbox/anna-klein/tool/${sum.slice(0, 8)}.jpg`, bytes, { type: "image/jpeg" });
      while (!(await put().then(Boolean, () => false))) await sleep(RETRY_MS);
      dropped.add(sum);
      await sleep(PAUSE_MS);
    }
  };
  const running = drop();
  return {
    dropped,
    end: async () => {
      ended.abort();
      await running;
    },
  };
}

/** Has the store taken for one that does not hold signed PUTs to their bytes, until a worker starts and finds out anew. */
export async function distrust(databaseUrl: string): Promise<void> {
  const postgres = new Postgres({ connectionString: databaseUrl, connectionTimeoutMillis: 1000, query_timeout: 1000 });
  // It may be killed at any moment.
  postgres.on("error", () => undefined);
  try {
    await postgres.connect();
    await postgres.query(`update setting set value = jsonb_set(value, '{checks,sha256,answer}', '"no"') where name = 'storage'`);
  } catch {
    // Then uploads go straight to their places for another while.
  } finally {
    await postgres.end().catch(() => undefined);
  }
}

/** Waits until a worker has found out what the store does. */
export async function untilProbed(databaseUrl: string): Promise<void> {
  const ask = () => rowsOf<{ name: string }>(databaseUrl, "select name from setting where name = 'storage'");
  for (let rows = await ask(); rows.length === 0; rows = await ask()) await sleep(200);
}

/** How many uploads went through `incoming/`, and how many straight to their places. */
export async function countWays(databaseUrl: string): Promise<{ staged: number; straight: number }> {
  const [found] = await rowsOf<{ staged: number; straight: number }>(
    databaseUrl,
    `select count(*) filter (where source like 'incoming/%')::int as staged, count(*) filter (where source is null)::int as straight
      from upload where state = 'committed'`,
  );
  return found ?? { staged: 0, straight: 0 };
}

async function rowsOf<T extends object>(connectionString: string, query: string): Promise<T[]> {
  const postgres = new Postgres({ connectionString });
  await postgres.connect();
  try {
    return (await postgres.query<T>(query)).rows;
  } finally {
    await postgres.end();
  }
}

/**
 * Waits until nothing is staged any more, and gives what is wrong then: files of the inbox that are not in the library exactly once. `told` learns
 * which assets they are, so that these must be in the timeline.
 */
export async function stagedProblems(
  store: S3Store,
  client: Client,
  told: Told,
  dropped: ReadonlySet<string>,
  limitMs: number,
): Promise<string[]> {
  const end = Date.now() + limitMs;
  const staged = async () => [...(await keysUnder(store, "incoming/")), ...(await keysUnder(store, "inbox/"))];
  let left = await staged();
  while (left.length > 0 && Date.now() < end) {
    await sleep(500);
    left = await staged();
  }
  const wrong = left.map((key) => `${key} was never moved`);
  const originals = await keysUnder(store, "library/");
  const sums = [...dropped];
  for (let from = 0; from < sums.length; from += Upload.MAX_FILES) {
    const files = sums
      .slice(from, from + Upload.MAX_FILES)
      .map((sum) => ({ name: "asked.jpg", size: 1000, type: "image/jpeg", sha256: sum, modifiedAt: "2026-11-22T10:00:00" }));
    const plan = await client.json<{ files: { status: string; assetId?: string }[] }>("POST", "/api/uploads", { files });
    for (const [i, { status, assetId }] of plan.files.entries()) {
      const sum = sums[from + i] ?? "";
      const copies = originals.filter((key) => key.includes(`~${sum.slice(0, 8)}`));
      const isOnce = assetId !== undefined && copies.length === 1;
      if (!isOnce) wrong.push(`in the inbox: ${sum} is ${status}, and ${copies.length} times in the library`);
      if (assetId !== undefined) told.assets.set(assetId, sum);
    }
  }
  return wrong;
}

async function keysUnder(store: S3Store, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for (let after: string | undefined, more = true; more;) {
    const page = await store.list(prefix, after === undefined ? {} : { after });
    keys.push(...page.objects.map(({ key }) => key));
    after = page.next;
    more = after !== undefined;
  }
  return keys;
}
