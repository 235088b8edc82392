import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import * as Doctor from "@tintype/core/doctor";
import { AppError } from "@tintype/core/kernel";
import type { Deps, Env } from "./deps.ts";
import { onInvalid } from "./error.ts";
import { body, json, problems } from "./schema.ts";

const Trial = z
  .object({ failed: z.object({ step: z.enum(["put", "get", "range"]), status: z.int().min(0).max(999) }).optional() })
  .openapi("BrowserTrial", { description: "At which step the browser's trial of one way failed; status 0 = no answer." });

const Check = z.object({ name: z.string(), state: z.enum(["ok", "failed", "unknown"]), detail: z.string() }).openapi("DoctorCheck");

const Finding = z
  .object({
    code: z.string(),
    title: z.string(),
    cause: z.string(),
    fix: z.string(),
    lines: z.array(z.string()).openapi({ description: "To be copied into a configuration." }),
    evidence: z.array(z.string()).openapi({ description: "What was seen." }),
  })
  .openapi("DoctorFinding");

const postDoctor = createRoute({
  method: "post",
  path: "/admin/doctor",
  summary: "Find out what is wrong between Tintype, its store, its database and this browser",
  description: "Takes up to half a minute. Make the trials of `/api/storage/check` before, and tell here what came of them.",
  request: {
    body: body(z.object({ origin: z.url().max(300), clock: z.iso.datetime(), direct: Trial.optional(), sameOrigin: Trial.optional() })),
  },
  responses: {
    200: json(z.object({ checks: z.array(Check), findings: z.array(Finding) }), "What was tried, and the causes of what is wrong"),
    ...problems("invalid", "unauthenticated", "forbidden", "not_found"),
  },
});

/** The doctor, for the owner's browser. */
export const doctor = (deps: Deps) =>
  new OpenAPIHono<Env>({ defaultHook: onInvalid }).openapi(postDoctor, async (c) => {
    const { origin, clock, direct, sameOrigin } = c.req.valid("json");
    const ctx = c.get("ctx");
    const browser = { origin, direct, sameOrigin, skewMs: Date.parse(clock) - ctx.now().getTime() };
    return c.json(await Doctor.examine(ctx, deps.observe ?? nothing, browser), 200);
  });

function nothing(): never {
  throw new AppError("not_found", "The store and the database of this Tintype are inside itself: there is nothing in between to examine.");
}
