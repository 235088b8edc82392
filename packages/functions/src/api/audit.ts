import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import * as Audit from "@tintype/core/audit";
import type { Env } from "./deps.ts";
import { onInvalid } from "./error.ts";
import { Id, json, PAGE, problems } from "./schema.ts";

const Entry = z
  .object({
    id: Id,
    at: z.iso.datetime(),
    action: z.enum(Audit.ACTIONS),
    actorKind: z.enum(["user", "key", "link", "system", "anonymous"]),
    actorId: Id.nullable(),
    actorName: z.string().openapi({ description: "As they were called then" }),
    address: z.string().nullable(),
    details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  })
  .openapi("AuditEntry");

const getAudit = createRoute({
  method: "get",
  path: "/audit",
  summary: "What was done with the signed-in person's things, newest first, 50 at a time; kept for a year",
  request: { query: z.object({ after: Id.optional() }) },
  responses: {
    200: json(z.object({ entries: z.array(Entry), next: Id.nullable() }), PAGE),
    ...problems("invalid", "unauthenticated", "forbidden", "internal"),
  },
});

/** What was done, and by whom. */
export const audits = () =>
  new OpenAPIHono<Env>({ defaultHook: onInvalid }).openapi(getAudit, async (c) => {
    const { entries, next } = await Audit.list(c.get("ctx"), c.req.valid("query").after);
    return c.json({ entries: entries.map((entry) => ({ ...entry, at: entry.at.toISOString() })), next }, 200);
  });
