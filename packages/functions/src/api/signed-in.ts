import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import * as Session from "@tintype/core/session";
import type { Context } from "hono";
import { headersFor, passed } from "./auth-answer.ts";
import type { Deps, Env } from "./deps.ts";
import { onInvalid } from "./error.ts";
import { body, Id, json, problems } from "./schema.ts";
import type { Auth } from "./session.ts";
import { Assertion } from "./webauthn.ts";

const Browser = z
  .object({
    id: Id,
    createdAt: z.iso.datetime(),
    usedAt: z.iso.datetime().openapi({ description: "When it was last used, to the hour" }),
    address: z.string().nullable(),
    userAgent: z.string().nullable(),
    isThis: z.boolean(),
  })
  .openapi("SignedInBrowser");

const own = ["unauthenticated", "forbidden", "internal"] as const;

const getSessions = createRoute({
  method: "get",
  path: "/sessions",
  summary: "The browsers in which one is signed in, the latest used first",
  responses: { 200: json(z.object({ sessions: z.array(Browser) }), "They"), ...problems(...own) },
});

const endSession = createRoute({
  method: "delete",
  path: "/sessions/{id}",
  summary: "Sign out in one browser",
  request: { params: z.object({ id: Id }) },
  responses: { 204: { description: "Signed out" }, ...problems(...own, "not_found") },
});

const endOthers = createRoute({
  method: "post",
  path: "/sessions/end-others",
  summary: "Sign out in every browser but this one",
  responses: { 200: json(z.object({ sessions: z.int() }), "In how many"), ...problems(...own) },
});

const Proof = z.union([z.object({ password: z.string().min(1).max(128) }), z.object({ passkey: Assertion })]);

const postUnlock = createRoute({
  method: "post",
  path: "/account/unlock",
  summary: "Show again who one is: what is locked is open to this browser for 15 minutes, and ways in can be added",
  request: { body: body(Proof) },
  responses: { 200: json(z.object({ until: z.iso.datetime() }), "Until when"), ...problems(...own, "invalid", "too_many") },
});

const postLock = createRoute({
  method: "post",
  path: "/account/lock",
  summary: "Close again what was unlocked",
  responses: { 204: { description: "Closed" }, ...problems(...own) },
});

/** The browsers in which one is signed in, and showing again who one is. */
export const sessions = ({ passwords }: Pick<Deps, "passwords">, auths: (origin: URL) => Auth) =>
  new OpenAPIHono<Env>({ defaultHook: onInvalid })
    .openapi(getSessions, async (c) => {
      const found = await Session.list(c.get("ctx"));
      const told = found.map((each) => ({ ...each, createdAt: each.createdAt.toISOString(), usedAt: each.usedAt.toISOString() }));
      return c.json({ sessions: told }, 200);
    })
    .openapi(endOthers, async (c) => c.json({ sessions: await Session.endOthers(c.get("ctx")) }, 200))
    .openapi(endSession, async (c) => {
      await Session.end(c.get("ctx"), c.req.valid("param").id);
      return c.body(null, 204);
    })
    .openapi(postUnlock, async (c) => {
      const given = c.req.valid("json");
      const proof =
        "password" in given
          ? { password: given.password, check: passwords.verify }
          : { passkeyOf: () => personOf(c, auths, given.passkey) };
      const until = await Session.unlock(c.get("ctx"), proof);
      return c.json({ until: until.toISOString() }, 200);
    })
    .openapi(postLock, async (c) => {
      await Session.lock(c.get("ctx"));
      return c.body(null, 204);
    });

/** Whose passkey has answered our challenge. better-auth begins a session for it, which nobody asked for: it ends at once. */
async function personOf(c: Context<Env>, auths: (origin: URL) => Auth, response: z.infer<typeof Assertion>): Promise<string> {
  const auth = auths(c.get("origin"));
  const call = auth.api.verifyPasskeyAuthentication({ body: { response }, headers: headersFor(c), returnHeaders: true });
  const { session, user } = await passed(
    c,
    call.then((found) => ({ ...found, headers: new Headers() })),
  );
  await (await auth.$context).internalAdapter.deleteSession(session.token);
  return user.id;
}
