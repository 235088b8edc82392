import { userOf } from "@tintype/core/kernel";
import * as Timeline from "@tintype/core/timeline";
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import type { Bindings, Env } from "./deps.ts";
import { gzipped, type PackedCache } from "./packed.ts";

/**
 * Bytes that are kept near whoever asks, under a name that tells whose they are and of which revision. What is not there any more is loaded again.
 *
 * What may be kept: the geometry of a timeline and its items. They are somebody's own, so they are asked for only when it is known whose session
 * it is (see edge-pass.ts) and the policy was asked, with the user and the newest revision in their name: nobody gets another's, and what has changed
 * has another name. Answers of share links are not kept: they count views and spend a budget.
 */
export type Kept = {
  get: (name: string) => Promise<Uint8Array<ArrayBuffer> | undefined>;
  put: (name: string, bytes: Uint8Array<ArrayBuffer>, seconds: number) => Promise<void>;
};

const DAY_S = 86_400;
/** The URLs in items live for six hours at least. */
const ITEMS_S = 3600;

/** Does what the answer need not wait for after it, where the runtime can; that it failed is told in the log alone. */
export function later(c: Context<Env>, work: Promise<void>): void {
  const told = work.catch((error: unknown) => c.get("log").error("later.failed", { error }));
  (c.env as Bindings | undefined)?.later?.(told);
}

/** The geometries of timelines. */
export function keepGeometry(kept: Kept): (c: Context<Env>) => PackedCache {
  return (c) => ({
    get: async (key, gzip, load) => {
      const name = `geometry/${key}${gzip ? "/gzip" : ""}`;
      const known = await kept.get(name);
      if (known) return known;
      await c.get("confirm")?.();
      const bytes = gzip ? await gzipped(await load()) : await load();
      later(c, kept.put(name, bytes, DAY_S));
      return bytes;
    },
  });
}

/** The items of timelines. */
export function keepItems(kept: Kept) {
  return createMiddleware<Env>(async (c, next) => {
    const known = await kept.get(await itemsName(c));
    if (known) return c.body(known, 200, { "content-type": "application/json" });
    await c.get("confirm")?.();
    const name = await itemsName(c);
    await next();
    if (c.res.status !== 200) return undefined;
    const bytes = new Uint8Array(await c.res.arrayBuffer());
    c.res = new Response(bytes, c.res);
    later(c, kept.put(name, bytes, ITEMS_S));
    return undefined;
  });
}

async function itemsName(c: Context<Env>): Promise<string> {
  const ctx = c.get("ctx");
  const { epoch, revision } = await Timeline.head(ctx, c.get("head"));
  return `items/${userOf(ctx)}/${epoch}.${revision}${new URL(c.req.url).search}`;
}
