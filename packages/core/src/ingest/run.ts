import { bytesToHex } from "@noble/hashes/utils.js";
import { and, eq } from "drizzle-orm";
import { asset } from "#asset/table";
import type { AssetState } from "#asset";
import { allow, AppError, transact, type Ctx } from "#kernel";
import { due, runSteps, sourceOf, type AssetRow, type Done, type Findings, type Ports, type Step } from "#media";
import { headOf, type ObjectHead } from "#storage";
import * as Reference from "#reference";
import * as Timeline from "#timeline";
import * as Upload from "#upload";
import { forget, readLedger, writeLedger } from "./ledger.ts";
import { readAgain, readHashed, release, type Content, type Hashed } from "./object.ts";
import { mismatch, modifiedOf, originOf, type Origin } from "./origin.ts";
import { assetAt, keep, lose, VERIFY, verify, type Facts } from "./verify.ts";

/**
 * What became of a hint. `ignored`: nobody's folder. `gone`: nothing there. `rejected`: other bytes than announced. `duplicate`: the owner has
 * these bytes already. `unchanged`: all was done before.
 */
export type Outcome =
  | { kind: "ready" | "unprocessable" | "duplicate" | "unchanged"; assetId: string | null }
  | { kind: "rejected"; reason: string }
  | { kind: "gone" | "ignored" };

/** `giveUp` skips what is left to do and marks the asset `unprocessable` with this reason, after too many tries. */
export type RunInput = { key: string; steps: readonly Step[]; giveUp?: string };

const TRIES = 3;

/**
 * Brings the object at `key` into the library, from whatever state it is in: verifies its bytes, commits it as safe, describes it, makes its
 * derivatives and shows it. Safe to call at any time and any number of times; the object's present state decides. Throws when trying later can
 * help (store or database away); what is wrong with the file itself ends as `unprocessable` or `rejected`.
 */
export async function run(ctx: Ctx, ports: Ports, input: RunInput): Promise<Outcome> {
  allow(ctx, "ingest.run");
  for (let tries = 1; ; tries++) {
    try {
      return await runOnce(ctx, ports, input);
    } catch (error) {
      if (tries === TRIES || !hasMoved(error)) throw error;
    }
  }
}

/** A copy that the store has made of what was read at `from`: its answer tells that these bytes lie at `head.key`. */
export type Copy = { head: ObjectHead; read: Hashed; from: string };

/**
 * The same for a copy, whose bytes are not read again: whoever made it sees to it that its source is removed when it is safe. Throws also what `run`
 * tries again by itself (`hasMoved`).
 */
export async function runCopied(ctx: Ctx, ports: Ports, { head, read, from }: Copy, steps: readonly Step[]): Promise<Outcome> {
  allow(ctx, "ingest.run");
  const [holder, origin] = await Promise.all([assetAt(ctx, head.key), originOf(ctx, head)]);
  if (!origin) return { kind: "ignored" };
  return take(ctx, ports, { head, read, origin, holder, mover: from }, steps, undefined);
}

/** The object or its row changed under our hands: look again. */
export function hasMoved(error: unknown): boolean {
  return error instanceof AppError && (error.code === "stale" || error.code === "conflict" || error.code === "not_found");
}

async function runOnce(ctx: Ctx, ports: Ports, { key, steps, giveUp }: RunInput): Promise<Outcome> {
  const head = await headOf(ctx.store, key);
  if (!head) return gone(ctx, key);
  const [{ steps: done, isCopy }, known, origin] = await Promise.all([
    readLedger(ctx, key, head.etag),
    assetAt(ctx, key),
    originOf(ctx, head),
  ]);
  if (!origin) return { kind: "ignored" };
  const verified = done[VERIFY.name];
  if (isCopy && verified === VERIFY.version && !known && !origin.expected?.isOpen) return { kind: "unchanged", assetId: null };
  // The ledger is written with the first steps; until then the asset's etag says that these bytes were verified.
  const isCurrent =
    known?.etag === head.etag &&
    known.sourceKey === null &&
    known.size === head.size &&
    !known.missing &&
    (verified ?? VERIFY.version) === VERIFY.version;
  const left = due(steps, done);
  if (isCurrent && (left.length > 0 || known.state === "stored")) {
    const content = await readAgain(ctx, head, known.name);
    await settle(ctx, known, origin);
    return finish(ctx, ports, { head, content, origin, asset: known, left, giveUp });
  }
  if (isCurrent) return settle(ctx, known, origin);

  const read = await readHashed(ctx, ports.hash, head, known?.name ?? origin.name);
  try {
    return await take(ctx, ports, { head, read, origin, holder: known }, steps, giveUp);
  } finally {
    release(read);
  }
}

/** Verifies and commits what was read, and finishes it. */
async function take(ctx: Ctx, ports: Ports, facts: Facts, steps: readonly Step[], giveUp: string | undefined): Promise<Outcome> {
  const { head, read } = facts;
  const before = await doneBefore(ctx, facts);
  const result = await verify(ctx, facts);
  if (result.kind === "rejected") return result;
  const { asset: row, origin } = result;
  if (result.kind === "duplicate") return { kind: "duplicate", assetId: row.id };
  if (before) await writeLedger(ctx, head.key, head.etag, { ...before, [VERIFY.name]: VERIFY.version });
  const left = due(steps, before ?? {});
  if (before && left.length === 0) return { kind: "unchanged", assetId: row.id };
  return finish(ctx, ports, { head, content: read, origin, asset: row, left, giveUp });
}

/** What is done for these very bytes under the etag that they had: a file that was only touched or restored may get another. */
async function doneBefore(ctx: Ctx, { head, read, holder }: Facts): Promise<Done | undefined> {
  if (!holder || holder.missing || holder.state === "stored") return undefined;
  if (bytesToHex(holder.sha256) !== bytesToHex(read.sha256)) return undefined;
  return (await readLedger(ctx, head.key, holder.etag)).steps;
}

/** Nothing is left to do, but an upload of these bytes may still be waiting for its answer. */
async function settle(ctx: Ctx, known: AssetRow, { expected }: Origin): Promise<Outcome> {
  if (!expected) return { kind: "unchanged", assetId: known.id };
  const wrong = mismatch(known, expected);
  if (wrong === undefined) {
    await transact(ctx, async (inside) => {
      if (expected.isOpen) await keep(inside, known, expected);
      await Upload.commit(inside, known.key, known.id);
    });
  }
  if (wrong !== undefined && expected.source !== null) await Upload.displace(ctx, known.key, expected);
  if (wrong !== undefined && expected.source === null) await Upload.fail(ctx, known.key, wrong);
  return { kind: "unchanged", assetId: known.id };
}

type Unfinished = {
  head: ObjectHead;
  content: Content;
  origin: Origin;
  asset: AssetRow;
  left: readonly Step[];
  giveUp: string | undefined;
};

/** Runs what is left, and shows the asset. What was found before a step failed is kept, and the failure thrown. */
async function finish(ctx: Ctx, ports: Ports, { head, content, origin, asset: row, left, giveUp }: Unfinished): Promise<Outcome> {
  const subject = { asset: row, ...content, source: sourceOf(ctx, head, content.known), modified: modifiedOf(origin, row) };
  const findings = giveUp === undefined ? await runSteps(ctx, ports, subject, left) : givenUp(left, giveUp);
  const { patch, done, error } = findings;
  const after = { ...row, ...patch };
  const state: AssetState = after.reason === null ? "ready" : "unprocessable";
  // A row that nothing has changed yet is new: no earlier run has left anything.
  const untidy = row.updatedAt.getTime() === row.createdAt.getTime() ? [] : left.filter((step) => step.tidy !== undefined);
  await transact(ctx, async (inside) => {
    const change = { ...patch, ...(error === undefined && { state }), updatedAt: ctx.now() };
    const changed = await inside.db
      .update(asset)
      .set(change)
      .where(and(eq(asset.id, row.id), eq(asset.etag, head.etag)))
      .returning({ id: asset.id });
    if (changed.length === 0) throw new AppError("stale", `${head.key} changed while it was read.`);
    await writeLedger(inside, head.key, head.etag, { [VERIFY.name]: VERIFY.version, ...without(done, untidy) });
    await touch(inside, row, after);
    await Reference.sourceChanged(inside, row.id);
  });
  if (error !== undefined) throw error;
  await tidy(ctx, untidy, after);
  // Only now are these done: what a kill leaves behind before, the sweep has removed.
  if (untidy.length > 0) await writeLedger(ctx, head.key, head.etag, done);
  return { kind: state, assetId: row.id };
}

function without(done: Done, steps: readonly Step[]): Done {
  return Object.fromEntries(Object.entries(done).filter(([name]) => !steps.some((step) => step.name === name)));
}

/** What cannot be removed now takes room and harms nobody. */
async function tidy(ctx: Ctx, steps: readonly Step[], row: AssetRow): Promise<void> {
  for (const step of steps) {
    await step.tidy?.(ctx, row).catch((error: unknown) => ctx.log.warn("ingest.not_tidied", { key: row.key, step: step.name, error }));
  }
}

/** The months that an asset was and is shown in. */
async function touch(ctx: Ctx, before: AssetRow, after: AssetRow): Promise<void> {
  const isShown = before.state !== "stored";
  await Timeline.touch(ctx, after.ownerId, [...new Set([after.localAt, ...(isShown ? [before.localAt] : [])])]);
}

function givenUp(left: readonly Step[], reason: string): Findings {
  return { patch: { reason }, done: Object.fromEntries(left.map(({ name, version }) => [name, version])) };
}

/**
 * Nothing lies at the key: bytes that were refused there are gone now. An asset that had its original there says so, and is looked at afresh when the
 * object comes back.
 */
async function gone(ctx: Ctx, key: string): Promise<Outcome> {
  await Upload.failRefused(ctx, key);
  const known = await assetAt(ctx, key);
  // The bytes of a reference are not to be here yet.
  if (!known || known.purgedAt !== null || known.sourceKey !== null) return { kind: "gone" };
  ctx.log.error("ingest.original_missing", { key, asset: known.id });
  await transact(ctx, async (inside) => {
    await lose(inside, known, { reason: "The original is no longer in storage." });
    await forget(inside, key);
  });
  return { kind: "gone" };
}
