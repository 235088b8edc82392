import { setTimeout as sleep } from "node:timers/promises";
import sharp from "sharp";
import { expect } from "vitest";
import { freshPhoto } from "../crash/hand.ts";
import { remoteProblems } from "../crash/check.ts";
import { nothingTold, sha256, type Told } from "../crash/told.ts";
import type { Client } from "../support/client.ts";

/** What a test has uploaded, and what the app said of it. */
export type Uploads = {
  told: Told;
  /** Sends a fresh photo; gives the id of its upload once the app has acknowledged it. */
  send(client: Client, bytes?: Buffer): Promise<string>;
  /** Completes an upload of which all bytes were sent before, or finds that a message of the store's has done so meanwhile. */
  finish(client: Client, bytes: Buffer): Promise<{ state: string }>;
  photo(bytes?: number): Buffer;
};

export async function newUploads(): Promise<Uploads> {
  const told = nothingTold();
  const base = await sharp({ create: { width: 640, height: 480, channels: 3, background: "#8899aa" } })
    .jpeg()
    .toBuffer();
  const photo = (extra = 200_000): Buffer => freshPhoto(base, extra);
  return {
    told,
    photo,
    finish: async (client, bytes) => {
      const [planned] = await plan(client, sha256(bytes), bytes.length);
      const isDone = planned?.status === "have";
      const done = isDone ? undefined : await client.json<{ state: string }>("POST", `/api/uploads/${planned?.uploadId}/complete`, {});
      told.objects.add(sha256(bytes));
      return done ?? { state: "received" };
    },
    send: async (client, bytes = photo()) => {
      const sum = sha256(bytes);
      const outcome = await client.upload({ name: `Photo ${sum.slice(0, 6)}.jpg`, bytes });
      if (outcome.status !== "sent") throw new Error("it was there already");
      told.objects.add(sum);
      return outcome.uploadId;
    },
  };
}

/** Everything that was acknowledged is safe, readable byte for byte and in the timeline, without a hand, and no job was given up. */
export async function expectKept(client: Client, { told }: Uploads): Promise<void> {
  for (const sum of told.objects) {
    if ([...told.assets.values()].includes(sum)) continue;
    const id = await assetOf(client, sum);
    if (id !== undefined) told.assets.set(id, sum);
  }
  expect(await remoteProblems(client, told)).toEqual([]);
}

/** Waits until a photo is in the library; gives its asset. */
async function assetOf(client: Client, sum: string, limitMs = 90_000): Promise<string | undefined> {
  for (const end = Date.now() + limitMs; Date.now() < end; await sleep(250)) {
    const [planned] = await plan(client, sum, 1000);
    if (planned?.status === "have") return planned.assetId;
  }
  return undefined;
}

type Planned = { status: string; assetId?: string; uploadId?: string };

async function plan(client: Client, sum: string, size: number): Promise<Planned[]> {
  const files = [{ name: "asked.jpg", size, type: "image/jpeg", sha256: sum, modifiedAt: "2026-11-22T10:00:00" }];
  return (await client.json<{ files: Planned[] }>("POST", "/api/uploads", { files })).files;
}

export type Problem = { status: number; code: string; ms: number };

/** What a request that must fail is answered, and how long that took. */
export async function problemOf(asked: Promise<Response>): Promise<Problem> {
  const began = performance.now();
  const answer = await asked;
  const body = (await answer.json()) as { code?: string };
  return { status: answer.status, code: body.code ?? "", ms: Math.round(performance.now() - began) };
}

export type Readiness = { ok: boolean; checks: { database: string; store: string } };

/** What /readyz says when it has looked anew: it remembers what it found for a second. */
export async function readiness(client: Client): Promise<Readiness & { status: number }> {
  await sleep(1000);
  const answer = await client.call("GET", "/readyz");
  return { status: answer.status, ...((await answer.json()) as Readiness) };
}

/** Waits until the jobs page says that jobs of the kind are put off, and gives why. */
export async function reasonOf(client: Client, kind: string, limitMs = 60_000): Promise<string> {
  type Kinds = { kinds: { kind: string; putOff: number; reason: string | null }[] };
  for (const end = Date.now() + limitMs; Date.now() < end; await sleep(200)) {
    const { kinds } = await client.json<Kinds>("GET", "/api/admin/jobs");
    const found = kinds.find((one) => one.kind === kind);
    if (found && found.putOff > 0 && found.reason !== null) return found.reason;
  }
  throw new Error(`no job of the kind ${kind} is put off`);
}
