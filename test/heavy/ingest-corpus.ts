/**
 * `node --import tsx test/heavy/ingest-corpus.ts FOLDER…` ingests every file of these folders of the corpus, as many at once as the worker does,
 * and prints what became of them as JSON. A process of its own, so that it can be run in any time zone.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { asset } from "@tintype/core/asset/table";
import { eq } from "drizzle-orm";
import { corpus } from "../support/corpus.ts";
import { type Library, openLibrary } from "../support/library.ts";

/** What became of one file. `row` is what a user could see of it; times in ms, memory in MiB at its highest while this file was worked on. */
export type Ingested = {
  file: string;
  sha256: string;
  kind: string;
  row: Record<string, unknown> | undefined;
  ms: number;
  isIdentical: boolean;
  ownMiB: number;
  childMiB: number;
};

const AT_ONCE = Number(process.env["AT_ONCE"] ?? 4);

function filesOf(folder: string): string[] {
  const names = readdirSync(corpus(folder), { recursive: true }) as string[];
  return names.map((name) => join(folder, name)).filter((file) => statSync(corpus(file)).isFile());
}

/** Resident memory of a process in MiB. */
function residentMiB(pid: number): number {
  try {
    return Math.round(Number(/^VmRSS:\s+(\d+) kB/mu.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024);
  } catch {
    return 0;
  }
}

async function ingestFile(library: Library, file: string): Promise<Ingested> {
  const bytes = await readFile(corpus(file));
  const key = `library/${library.owner.handle}/${file.replaceAll(/[^A-Za-z0-9/._~-]/gu, "-")}`;
  await library.system.store.put(key, bytes, { type: "application/octet-stream" });
  let [ownMiB, childMiB] = [0, 0];
  const watch = setInterval(() => {
    ownMiB = Math.max(ownMiB, residentMiB(process.pid));
    childMiB = Math.max(childMiB, ...library.ports.image.pids().map(residentMiB));
  }, 50);
  const start = performance.now();
  const outcome = await library.ingest(key).finally(() => clearInterval(watch));
  const ms = Math.round(performance.now() - start);
  const stored = await fetch(library.system.store.sign.get({ key, disposition: "attachment" }));
  const sha256 = hash(bytes);
  const isIdentical = hash(Buffer.from(await stored.arrayBuffer())) === sha256;
  return { file, sha256, kind: outcome.kind, row: await rowOf(library, key), ms, isIdentical, ownMiB, childMiB };
}

/** The row without what differs from run to run. */
async function rowOf({ system }: Library, key: string): Promise<Record<string, unknown> | undefined> {
  const [row] = await system.db.select().from(asset).where(eq(asset.key, key));
  if (!row) return undefined;
  const { id: _id, ownerId: _owner, createdAt: _created, updatedAt: _updated, sha256, sha1, thumbhash, ...rest } = row;
  const hex = (bytes: Uint8Array | null): string | null => bytes && Buffer.from(bytes).toString("hex");
  return { ...rest, sha256: hex(sha256), sha1: hex(sha1), thumbhash: hex(thumbhash) };
}

function hash(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

const files = process.argv.slice(2).flatMap(filesOf).toSorted();
const library = await openLibrary({ memory: false });
const done: Ingested[] = [];
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    for (let file = files.shift(); file !== undefined; file = files.shift()) done.push(await ingestFile(library, file));
  }),
);
await library.close();
process.stdout.write(JSON.stringify(done.toSorted((a, b) => (a.file < b.file ? -1 : 1))));
