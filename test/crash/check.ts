import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { decode } from "@tintype/core/geometry";
import type { Client } from "../support/client.ts";
import { sha256, type Told } from "./told.ts";

/** How long a library may take until what was done by hand while it was dead is found, and everything safe is shown. */
const FOUND_LIMIT_MS = 90_000;

/** Assets that do not serve the bytes that were promised. */
export async function missingAssets(client: Client, assets: ReadonlyMap<string, string>): Promise<string[]> {
  const lost: string[] = [];
  for (const [id, sum] of assets) {
    const answer = await client.call("GET", `/api/assets/${id}/original`);
    const location = answer.headers.get("location");
    const bytes = location === null ? undefined : Buffer.from(await (await fetch(location)).arrayBuffer());
    if (!bytes || sha256(bytes) !== sum) lost.push(`asset ${id} (${answer.status})`);
  }
  return lost;
}

/** Everything that is wrong with a library that was left alone for a while: nothing, if all promises hold. */
export async function problems(client: Client, dataDir: string, told: Told): Promise<string[]> {
  const end = Date.now() + FOUND_LIMIT_MS;
  const look = async (): Promise<string[]> => [...(await handProblems(client, told)), ...(await timelineProblems(client, told))];
  let found = await look();
  while (found.length > 0 && Date.now() < end) {
    await sleep(1000);
    found = await look();
  }
  return [...found, ...(await missingAssets(client, told.assets)), ...(await missingObjects(dataDir, told.objects))];
}

/** The same of a library whose store is elsewhere: everything is asked for over HTTP, and no job may have died. */
export async function remoteProblems(client: Client, told: Told): Promise<string[]> {
  const end = Date.now() + FOUND_LIMIT_MS;
  const sums: Told = { ...told, added: told.objects };
  const look = async (): Promise<string[]> => [
    ...(await handProblems(client, sums)),
    ...(await timelineProblems(client, told)),
    ...(await deadJobs(client)),
  ];
  let found = await look();
  while (found.length > 0 && Date.now() < end) {
    await sleep(1000);
    found = await look();
  }
  return [...found, ...(await missingAssets(client, told.assets))];
}

async function deadJobs(client: Client): Promise<string[]> {
  const { jobs } = await client.json<{ jobs: { kind: string; key: string | null; reason: string }[] }>("GET", "/api/admin/jobs/dead");
  return jobs.map(({ kind, key, reason }) => `dead job: ${kind} ${key}: ${reason}`);
}

/** What was added by hand must be in the library; what was taken out must not be called "already there". */
async function handProblems(client: Client, told: Told): Promise<string[]> {
  const wrong: string[] = [];
  for (const [sums, expected] of [
    [told.added, "have"],
    [told.removed, "put"],
  ] as const) {
    for (const sum of sums) {
      const file = { name: "asked.jpg", size: 1000, type: "image/jpeg", sha256: sum, modifiedAt: "2026-11-22T10:00:00" };
      const plan = await client.json<{ files: { status: string }[] }>("POST", "/api/uploads", { files: [file] });
      if (plan.files[0]?.status !== expected) wrong.push(`by hand: ${sum} is ${plan.files[0]?.status}, not ${expected}`);
    }
  }
  return wrong;
}

async function missingObjects(dataDir: string, objects: ReadonlySet<string>): Promise<string[]> {
  const names = await readdir(join(dataDir, "photos", "library"), { recursive: true, withFileTypes: true });
  const found = new Set<string>();
  for (const file of names.filter((entry) => entry.isFile())) found.add(sha256(await readFile(join(file.parentPath, file.name))));
  return [...objects].filter((sum) => !found.has(sum)).map((sum) => `object ${sum}`);
}

type Items = { stale: boolean[]; id: string[]; localAt: string[] };

/** The timeline's packed chunks say the same as its rows: as many as there are, each asset once, newest first, every safe one among them. */
async function timelineProblems(client: Client, told: Told): Promise<string[]> {
  const geometry = decode(new Uint8Array(await (await client.call("GET", "/api/timeline/geometry")).arrayBuffer()));
  const wrong: string[] = [];
  const shown = new Set<string>();
  for (const { month, revision, count, days, ratios } of geometry.chunks) {
    if (ratios.length !== count || days.length % 5 !== 0) wrong.push(`chunk ${month} is torn`);
    let last = "9999";
    for (let from = 0; from < count; from += 250) {
      const to = Math.min(count, from + 250);
      const items = await client.json<Items>("GET", `/api/timeline/items?ranges=${month}:${revision}:${from}:${to}`);
      if (items.stale[0] || items.id.length !== to - from) wrong.push(`chunk ${month}: ${items.id.length} items of ${from}–${to}`);
      for (const [index, id] of items.id.entries()) {
        const localAt = items.localAt[index] ?? "";
        if (localAt > last) wrong.push(`chunk ${month} is not in order at ${id}`);
        if (shown.has(id)) wrong.push(`${id} is shown twice`);
        last = localAt;
        shown.add(id);
      }
    }
  }
  for (const id of told.assets.keys()) if (!shown.has(id)) wrong.push(`${id} is not in the timeline`);
  return wrong;
}
