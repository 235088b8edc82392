import { eq } from "drizzle-orm";
import { z } from "zod";
import { allow, type Ctx, type NewJob } from "#kernel";
import { setting } from "#kernel/table";
import type { ObjectStore } from "./port.ts";

/** What a store is asked to show that it can do, and in which words a person reads it. */
export const CHECKS = {
  put: "Signed PUT",
  get: "Signed GET",
  head: "HEAD tells size, type and ETag",
  range: "Signed GET of a range",
  listV2: "List, version 2",
  listV1: "List, version 1",
  ifNoneMatch: "A signed PUT does not overwrite",
  completeIfNoneMatch: "Completing parts does not overwrite",
  sha256: "A signed PUT takes no other bytes",
  length: "A signed PUT takes no other length",
  multipart: "Upload in parts, parts listed",
  copy: "Copy within the store",
  cors: "Pages of our origin are let in",
  events: "Tells of new objects",
} as const;

export type Check = keyof typeof CHECKS;

const Finding = z.object({ answer: z.enum(["yes", "no", "unknown"]), detail: z.string() });

/** What one check found: `unknown` when something else stood in its way. `detail` is one line for people. */
export type Finding = z.infer<typeof Finding>;

/** What is set up on the store, and in which words a person reads it. */
export const DUTIES = {
  bucket: "The bucket",
  cors: "Pages of our origin are let in",
  events: "The bucket tells us of new objects",
  uploads: "The store drops unfinished uploads after 2 days",
  versions: "Originals that are overwritten or removed are kept for 30 days",
} as const;

export type Duty = keyof typeof DUTIES;

const Outcome = z.object({
  state: z.enum(["done", "not offered", "denied", "needs"]),
  detail: z.string(),
  lines: z.array(z.string()).optional(),
});

/** How setting something up ended. `detail` is one line for people; `lines` are settings of the store that it `needs`, a token among them. */
export type Outcome = z.infer<typeof Outcome>;

const SetUp = z.record(z.enum(keysOf(DUTIES)), Outcome);
export type SetUp = z.infer<typeof SetUp>;

/** What the store was found to do, and when (ISO); how it was set up before. `server` is its Server header, if it tells one. */
export const Capabilities = z.object({
  checkedAt: z.iso.datetime(),
  server: z.string().optional(),
  checks: z.record(z.enum(keysOf(CHECKS)), Finding),
  setUp: SetUp.optional(),
});
export type Capabilities = z.infer<typeof Capabilities>;

/** Whose they are: another store's say nothing of this one. */
const Stored = Capabilities.extend({ place: z.string() });

const SETTING = "storage";

/** Has the store set up and probed. */
export const STORAGE_JOB: NewJob = { kind: "storage", payload: {}, dedupe: "storage" };

/** Has the whole library in the store looked through anew, from its beginning. */
export const SWEEP_JOB: NewJob = { kind: "sweep", payload: {}, dedupe: "library" };

/**
 * Whether uploads can be trusted with the final key: the store refuses other bytes and another length at a signed PUT, and at it and when parts
 * are put together a key that is taken. Otherwise, and as long as the store was never asked, uploads are staged.
 */
export function canPin(capabilities: Pick<Capabilities, "checks"> | undefined): boolean {
  if (!capabilities) return false;
  const { sha256, ifNoneMatch, completeIfNoneMatch, length } = capabilities.checks;
  return [sha256, ifNoneMatch, completeIfNoneMatch, length].every(({ answer }) => answer === "yes");
}

/** What the last probe found; undefined when there was none of this store and bucket, or when it was another version's with other checks. */
export async function readCapabilities(ctx: Pick<Ctx, "db"> & { store: Pick<ObjectStore, "place"> }): Promise<Capabilities | undefined> {
  const [row] = await ctx.db.select({ value: setting.value }).from(setting).where(eq(setting.name, SETTING));
  const { place, ...found } = Stored.safeParse(row?.value).data ?? {};
  return place === ctx.store.place ? Capabilities.safeParse(found).data : undefined;
}

/** Remembers what a probe of this store found. */
export async function writeCapabilities(ctx: Ctx, value: Capabilities): Promise<void> {
  allow(ctx, "ingest.run");
  const row = { name: SETTING, value: { ...value, place: ctx.store.place }, updatedAt: ctx.now() };
  await ctx.db.insert(setting).values(row).onConflictDoUpdate({ target: setting.name, set: row });
}

/** Guarantee: the keys that an object has are those of its type, for it is a literal. */
function keysOf<const T extends object>(literal: T): (keyof T & string)[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return Object.keys(literal) as (keyof T & string)[];
}
