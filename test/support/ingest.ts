import { utf8ToBytes } from "@noble/hashes/utils.js";
import { asset } from "@tintype/core/asset/table";
import * as Ingest from "@tintype/core/ingest";
import type { Ctx } from "@tintype/core/kernel";
import type { Ports, Step } from "@tintype/core/media";
import { job } from "@tintype/core/kernel/table";
import * as Staging from "@tintype/core/staging";
import { upload } from "@tintype/core/upload/table";
import { eq, sql } from "drizzle-orm";
import { nodeHasher } from "../../packages/functions/src/adapters/hash-node.ts";
import type { Library } from "./library.ts";

/** The hasher that the product runs with. */
export { nodeHasher } from "../../packages/functions/src/adapters/hash-node.ts";

/** Ports for steps that read nothing; whatever is asked of them throws. */
export const noPorts: Ports = {
  hash: nodeHasher,
  image: {
    derive: () => Promise.reject(new Error("this test was not to decode")),
    plain: () => Promise.reject(new Error("this test was not to decode")),
  },
  metadata: { read: () => Promise.reject(new Error("this test was not to read tags")) },
  video: { read: () => Promise.reject(new Error("this test was not to read a video")) },
};

/** A step that reads nothing, and lets everything be shown. */
export const shows: Step = { name: "shows", version: 1, run: () => Promise.resolve({ reason: null }) };

/** Ingests what lies at a key, whose bytes no step may read. */
export function ingest(ctx: Ctx, key: string, steps: readonly Step[] = [shows]): Promise<Ingest.Outcome> {
  return Ingest.run(ctx, noPorts, { key, steps });
}

/** Sends text as a browser does, and ingests it; gives its key. */
export async function uploaded(library: Library, name: string, content: string): Promise<string> {
  const key = await library.send(name, utf8ToBytes(content));
  await ingest(library.system, key);
  return key;
}

/** The asset whose original is at a key. */
export async function rowAt(ctx: Ctx, key: string): Promise<typeof asset.$inferSelect | undefined> {
  return (await ctx.db.select().from(asset).where(eq(asset.key, key)))[0];
}

/**
 * Does the jobs of the kind `ingest` that there are, and those that they ask for, until there are none; gives what became of each. `atOnce`: what is
 * staged is taken in as by a first try, else as by another one.
 */
export async function drain(
  ctx: Ctx,
  ports: Ports = noPorts,
  { steps = [shows], atOnce = false }: { steps?: readonly Step[]; atOnce?: boolean } = {},
): Promise<(Ingest.Outcome | Staging.Moved)["kind"][]> {
  const kinds: (Ingest.Outcome | Staging.Moved)["kind"][] = [];
  for (let rounds = 0; rounds < 20; rounds++) {
    const jobs = await ctx.db.delete(job).where(eq(job.kind, "ingest")).returning();
    if (jobs.length === 0) return kinds;
    for (const { payload } of jobs) {
      const key = String(payload["key"]);
      const staged = { key, ...(atOnce && { steps }) };
      kinds.push((await (Staging.isStaged(key) ? Staging.run(ctx, ports, staged) : Ingest.run(ctx, ports, { key, steps }))).kind);
    }
  }
  throw new Error("the jobs ask for each other without end");
}

/** Puts text at a key, past the upload protocol, as a person with another tool does. */
export async function putByHand(ctx: Ctx, key: string, content: string): Promise<string> {
  await ctx.store.put(key, utf8ToBytes(content), { type: "application/octet-stream" });
  return key;
}

/** Copies an object as a person copies a file: its bytes, and nothing else of it. */
export async function copyByHand(ctx: Ctx, from: string, to: string): Promise<void> {
  const bytes = new Uint8Array(await new Response(await ctx.store.get(from)).arrayBuffer());
  await ctx.store.put(to, bytes, { type: "application/octet-stream" });
}

/** Moves an object as a person moves a file. */
export async function moveByHand(ctx: Ctx, from: string, to: string): Promise<void> {
  await copyByHand(ctx, from, to);
  await ctx.store.remove([from]);
}

/** Puts the upload that is under way at a key together of one part with this text, which may be another than it announced. */
export async function assemble(ctx: Ctx, key: string, content: string): Promise<void> {
  const { multipart, sign } = ctx.store;
  const { id } = await multipart.create(key, "application/octet-stream");
  const body = utf8ToBytes(content);
  const { method, url, headers } = await sign.part({ key, id, number: 1, size: body.length, expiresIn: 60 });
  await fetch(url, { method, headers, body });
  await multipart.complete(key, id, await multipart.parts(key, id));
  await ctx.db
    .update(upload)
    .set({ partSize: sql`${upload.size}` })
    .where(eq(upload.key, key));
}
