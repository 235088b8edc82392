import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import type { Ctx } from "@tintype/core/kernel";
import { LIBRARY } from "@tintype/core/storage";
import { sql } from "drizzle-orm";
import type { Env } from "./deps.ts";
import { json } from "./schema.ts";

const TIMEOUT_MS = 3_000;

const Check = z.enum(["ok", "failed"]);
const Readiness = z.object({ ok: z.boolean(), checks: z.object({ database: Check, store: Check }) }).openapi("Readiness");

const healthz = createRoute({
  method: "get",
  path: "/healthz",
  summary: "Whether the process answers",
  security: [],
  responses: { 200: json(z.object({ ok: z.literal(true) }), "It does") },
});

const readyz = createRoute({
  method: "get",
  path: "/readyz",
  summary: "Whether the database and the store answer",
  security: [],
  responses: { 200: json(Readiness, "Both do"), 503: json(Readiness, "One does not") },
});

/** `/healthz` and `/readyz`, for whoever watches the process. */
export const health = () =>
  new OpenAPIHono<Env>()
    .openapi(healthz, (c) => c.json({ ok: true as const }, 200))
    .openapi(readyz, async (c) => {
      const ctx = c.get("ctx");
      const [database, store] = await Promise.all([
        check(ctx, "database", () => ctx.db.execute(sql`select 1`)),
        check(ctx, "store", () => ctx.store.list(LIBRARY, { limit: 1 })),
      ]);
      const ok = database === "ok" && store === "ok";
      return c.json({ ok, checks: { database, store } }, ok ? 200 : 503);
    });

async function check(ctx: Ctx, name: string, work: () => Promise<unknown>): Promise<"ok" | "failed"> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${TIMEOUT_MS} ms`)), TIMEOUT_MS);
  });
  try {
    await Promise.race([work(), late]);
    return "ok";
  } catch (error) {
    ctx.log.error("not ready", { check: name, error: error instanceof Error ? error.message : String(error) });
    return "failed";
  } finally {
    clearTimeout(timer);
  }
}
