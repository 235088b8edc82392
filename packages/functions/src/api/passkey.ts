import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import * as Credential from "@tintype/core/credential";
import { headersFor, passed } from "./auth-answer.ts";
import type { Deps, Env } from "./deps.ts";
import { onInvalid } from "./error.ts";
import { body, Id, json, PlainText, problems } from "./schema.ts";
import { type Auth, createAuth } from "./session.ts";
import { Attestation, Ceremony } from "./webauthn.ts";

const Passkey = z.object({ id: Id, name: z.string(), createdAt: z.iso.datetime().nullable(), isSynced: z.boolean() }).openapi("Passkey");

const Name = PlainText(100);
const params = z.object({ id: Id });
const own = ["unauthenticated", "forbidden", "internal"] as const;

const getPasskeys = createRoute({
  method: "get",
  path: "/passkeys",
  summary: "One's passkeys, newest first",
  responses: { 200: json(z.object({ passkeys: z.array(Passkey) }), "They"), ...problems(...own) },
});

const begin = createRoute({
  method: "post",
  path: "/passkeys/options",
  summary: "Begin to add a passkey; for who has just shown who they are (`locked` otherwise)",
  responses: {
    200: json(Ceremony, "Options for navigator.credentials.create; a cookie holds the challenge"),
    ...problems(...own, "locked", "conflict"),
  },
});

const add = createRoute({
  method: "post",
  path: "/passkeys",
  summary: "Add the passkey that the browser has made",
  request: { body: body(z.object({ name: Name, response: Attestation })) },
  responses: { 201: json(z.object({ id: Id }), "Added"), ...problems(...own, "invalid", "locked", "conflict") },
});

const rename = createRoute({
  method: "patch",
  path: "/passkeys/{id}",
  summary: "Name a passkey",
  request: { params, body: body(z.object({ name: Name })) },
  responses: { 204: { description: "Named" }, ...problems(...own, "invalid", "not_found") },
});

const remove = createRoute({
  method: "delete",
  path: "/passkeys/{id}",
  summary: "Remove a passkey",
  request: { params },
  responses: { 204: { description: "Removed" }, ...problems(...own, "not_found", "conflict") },
});

/** Passkeys of who is signed in; signing in with one is a route of better-auth's. */
export const passkeys = (deps: Deps, auths: (origin: URL) => Auth) =>
  new OpenAPIHono<Env>({ defaultHook: onInvalid })
    .openapi(getPasskeys, async (c) => {
      const found = await Credential.passkeys(c.get("ctx"));
      return c.json({ passkeys: found.map((each) => ({ ...each, createdAt: each.createdAt?.toISOString() ?? null })) }, 200);
    })
    .openapi(begin, async (c) => {
      await Credential.mayAddPasskey(c.get("ctx"));
      const { api } = auths(c.get("origin"));
      const options = await passed(c, api.generatePasskeyRegistrationOptions({ headers: headersFor(c), returnHeaders: true }));
      return c.json(Ceremony.parse(options), 200);
    })
    .openapi(add, async (c) => {
      const { name, response } = c.req.valid("json");
      const added = await Credential.addPasskey(c.get("ctx"), name, ({ db }) =>
        passed(
          c,
          createAuth({ ...deps, db }, c.get("origin")).api.verifyPasskeyRegistration({
            body: { name, response },
            headers: headersFor(c),
            returnHeaders: true,
          }),
        ),
      );
      return c.json({ id: added.id }, 201);
    })
    .openapi(rename, async (c) => {
      await Credential.renamePasskey(c.get("ctx"), c.req.valid("param").id, c.req.valid("json").name);
      return c.body(null, 204);
    })
    .openapi(remove, async (c) => {
      await Credential.removePasskey(c.get("ctx"), c.req.valid("param").id);
      return c.body(null, 204);
    });
