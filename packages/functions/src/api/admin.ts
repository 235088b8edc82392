import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import * as Admin from "@tintype/core/admin";
import type { Env } from "./deps.ts";
import { onInvalid } from "./error.ts";
import { body, Id, json, PAGE, problems } from "./schema.ts";

const instant = z.iso.datetime().nullable();

const KindOfJobs = z
  .object({
    kind: z.string(),
    due: z.int(),
    running: z.int(),
    later: z.int(),
    putOff: z.int(),
    dead: z.int(),
    dueSince: instant,
    nextTryAt: instant,
    reason: z.string().nullable(),
  })
  .openapi("KindOfJobs");

const DeadJob = z
  .object({
    id: Id,
    kind: z.string(),
    subject: z.string().nullable(),
    key: z.string().nullable(),
    reason: z.string(),
    attempts: z.int(),
    diedAt: z.iso.datetime(),
  })
  .openapi("DeadJob");

const RefusedFile = z
  .object({ id: Id, name: z.string(), key: z.string(), size: z.int(), reason: z.string(), seenAt: z.iso.datetime() })
  .openapi("RefusedFile");

const Ids = z.array(Id).min(1).max(500);
const Count = z.object({ jobs: z.int() });

const getJobs = createRoute({
  method: "get",
  path: "/admin/jobs",
  summary: "What the queue holds, by kind",
  responses: {
    200: json(z.object({ kinds: z.array(KindOfJobs) }), "The kinds that have any"),
    ...problems("unauthenticated", "forbidden", "internal"),
  },
});

const getHealth = createRoute({
  method: "get",
  path: "/admin/health",
  summary: "How much needs the owner's attention",
  responses: {
    200: json(
      z.object({ files: z.int(), others: z.int(), refused: z.int() }),
      "Files that could not be read, other jobs that were given up, and files in the inbox that cannot be taken in",
    ),
    ...problems("unauthenticated", "forbidden", "internal"),
  },
});

const getDead = createRoute({
  method: "get",
  path: "/admin/jobs/dead",
  summary: "The jobs that were given up, newest first, 50 at a time",
  request: { query: z.object({ after: Id.optional() }) },
  responses: {
    200: json(z.object({ jobs: z.array(DeadJob), next: Id.nullable() }), PAGE),
    ...problems("invalid", "unauthenticated", "forbidden", "internal"),
  },
});

const getRefused = createRoute({
  method: "get",
  path: "/admin/inbox/refused",
  summary: "The files in the inbox that cannot be taken in as they are, newest first, 50 at a time",
  request: { query: z.object({ after: Id.optional() }) },
  responses: {
    200: json(z.object({ files: z.array(RefusedFile), next: Id.nullable() }), PAGE),
    ...problems("invalid", "unauthenticated", "forbidden", "internal"),
  },
});

const postRetry = createRoute({
  method: "post",
  path: "/admin/jobs/retry",
  summary: "Try dead jobs again: these, or all",
  request: { body: body(z.union([z.object({ ids: Ids }), z.object({ all: z.literal(true) })])) },
  responses: {
    200: json(Count, "How many were dead and are tried again"),
    ...problems("invalid", "unauthenticated", "forbidden", "internal"),
  },
});

const postDiscard = createRoute({
  method: "post",
  path: "/admin/jobs/discard",
  summary: "Forget dead jobs; no file is touched",
  request: { body: body(z.object({ ids: Ids })) },
  responses: {
    200: json(Count, "How many were dead and are forgotten"),
    ...problems("invalid", "unauthenticated", "forbidden", "internal"),
  },
});

/** What the owner sees and does about the installation itself. */
export const admin = () =>
  new OpenAPIHono<Env>({ defaultHook: onInvalid })
    .openapi(getHealth, async (c) => c.json(await Admin.health(c.get("ctx")), 200))
    .openapi(getJobs, async (c) => c.json({ kinds: await Admin.jobs(c.get("ctx")) }, 200))
    .openapi(getDead, async (c) => c.json(await Admin.deadJobs(c.get("ctx"), c.req.valid("query").after), 200))
    .openapi(getRefused, async (c) => c.json(await Admin.refusedFiles(c.get("ctx"), c.req.valid("query").after), 200))
    .openapi(postRetry, async (c) => {
      const which = c.req.valid("json");
      return c.json({ jobs: await Admin.retry(c.get("ctx"), "ids" in which ? which.ids : "all") }, 200);
    })
    .openapi(postDiscard, async (c) => c.json({ jobs: await Admin.discard(c.get("ctx"), c.req.valid("json").ids) }, 200));
