import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { type Log, rememberFor, within } from "@tintype/core/kernel";
import { LIBRARY } from "@tintype/core/storage";
import { sql } from "drizzle-orm";
import type { Deps, Env } from "./deps.ts";
import { json } from "./schema.ts";

const TIMEOUT_MS = 3_000;
const REMEMBER_MS = 1_000;

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
export const health = ({ db, store, log }: Pick<Deps, "db" | "store" | "log">) => {
  // Everybody may ask, and the store may cost something for each look.
  const look = rememberFor(REMEMBER_MS, async () => {
    const [database, listing] = await Promise.all([
      check(log, "database", () => db.execute(sql`select 1`)),
      check(log, "store", () => store.list(LIBRARY, { limit: 1 })),
    ]);
    return { ok: database === "ok" && listing === "ok", checks: { database, store: listing } };
  });
  return new OpenAPIHono<Env>()
    .openapi(healthz, (c) => c.json({ ok: true as const }, 200))
    .openapi(readyz, async (c) => {
      const found = await look();
      return c.json(found, found.ok ? 200 : 503);
    });
};

async function check(log: Log, name: string, work: () => Promise<unknown>): Promise<"ok" | "failed"> {
  try {
    const answer = await within(
      TIMEOUT_MS,
      work().then(() => "answered"),
    );
    if (answer === undefined) throw new Error(`no answer in ${TIMEOUT_MS} ms`);
    return "ok";
  } catch (error) {
    log.error("not ready", { check: name, error: error instanceof Error ? error.message : String(error) });
    return "failed";
  }
}
