import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import * as Credential from "@tintype/core/credential";
import { SCOPES } from "@tintype/core/kernel";
import { authFailure, createAuth } from "./session.ts";
import type { Deps, Env } from "./deps.ts";
import { onInvalid } from "./error.ts";
import { body, Id, json, PlainText, problems } from "./schema.ts";

const DAY_SECONDS = 86_400;

const Key = z
  .object({
    id: Id,
    name: z.string(),
    start: z.string().openapi({ description: "Its first characters", example: "tt_AbCdE" }),
    scopes: z.array(z.enum(SCOPES)),
    createdAt: z.iso.datetime(),
    usedAt: z.iso.datetime().nullable(),
    expiresAt: z.iso.datetime().nullable(),
  })
  .openapi("ApiKey");

const NewKey = z
  .object({
    name: PlainText(100),
    scopes: z.array(z.enum(SCOPES)).min(1, "must name what the key may do").max(SCOPES.length),
    days: z.int().min(1).max(3650).optional().openapi({ description: "How long it works; without it, until it is revoked" }),
  })
  .openapi("NewApiKey");

const own = ["unauthenticated", "forbidden", "internal"] as const;

const getKeys = createRoute({
  method: "get",
  path: "/keys",
  summary: "One's API keys, newest first",
  responses: { 200: json(z.object({ keys: z.array(Key) }), "They"), ...problems(...own) },
});

const create = createRoute({
  method: "post",
  path: "/keys",
  summary: "Make an API key; for who has just shown who they are (`locked` otherwise)",
  request: { body: body(NewKey) },
  responses: {
    201: json(z.object({ id: Id, key: z.string().openapi({ description: "Told this once" }) }), "Made"),
    ...problems(...own, "invalid", "locked", "conflict"),
  },
});

const revoke = createRoute({
  method: "delete",
  path: "/keys/{id}",
  summary: "Revoke an API key, at once",
  request: { params: z.object({ id: Id }) },
  responses: { 204: { description: "Revoked" }, ...problems(...own, "not_found") },
});

/** API keys of who is signed in; no key may ask any of this. */
export const keys = (deps: Deps) =>
  new OpenAPIHono<Env>({ defaultHook: onInvalid })
    .openapi(getKeys, async (c) => {
      const found = await Credential.keys(c.get("ctx"));
      const told = found.map(({ createdAt, usedAt, expiresAt, ...key }) => ({
        ...key,
        createdAt: createdAt.toISOString(),
        usedAt: usedAt?.toISOString() ?? null,
        expiresAt: expiresAt?.toISOString() ?? null,
      }));
      return c.json({ keys: told }, 200);
    })
    .openapi(create, async (c) => {
      const made = await Credential.create(c.get("ctx"), c.req.valid("json"), async ({ db }, { userId, name, scopes, days }) => {
        const expiresIn = days === undefined ? {} : { expiresIn: days * DAY_SECONDS };
        const asked = { userId, name, permissions: { tintype: [...scopes] }, ...expiresIn };
        return createAuth({ ...deps, db }, c.get("origin"))
          .api.createApiKey({ body: asked })
          .catch((cause: unknown) => {
            throw authFailure(cause);
          });
      });
      return c.json({ id: made.id, key: made.key }, 201);
    })
    .openapi(revoke, async (c) => {
      await Credential.revoke(c.get("ctx"), c.req.valid("param").id);
      return c.body(null, 204);
    });
