import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import * as Account from "@tintype/core/account";
import * as Asset from "@tintype/core/asset";
import * as Credential from "@tintype/core/credential";
import { isUnlocked, together, userOf } from "@tintype/core/kernel";
import * as Member from "@tintype/core/member";
import * as Quota from "@tintype/core/quota";
import { signInAs } from "./auth-answer.ts";
import { addressOf, type Deps, type Env } from "./deps.ts";
import { onInvalid } from "./error.ts";
import { Email, Password, Person, PersonName } from "./person.ts";
import { body, json, problems } from "./schema.ts";
import type { Auth } from "./session.ts";

const SetUp = z
  .object({
    token: z.string().min(1, "is missing: open the link that Tintype printed when it started").max(200, "is too long"),
    name: PersonName,
    email: Email,
    password: Password,
  })
  .openapi("SetUp");

const getSetup = createRoute({
  method: "get",
  path: "/setup",
  summary: "Whether the first account is still to be made",
  security: [],
  responses: { 200: json(z.object({ needed: z.boolean() }), "Whether it is"), ...problems("internal") },
});

const postSetup = createRoute({
  method: "post",
  path: "/setup",
  summary: "Make the first account and sign in",
  security: [],
  request: { body: body(SetUp) },
  responses: {
    201: json(z.object({ user: Person }), "Made; the session is in a cookie"),
    ...problems("invalid", "forbidden", "already_set_up", "too_large", "too_many", "internal"),
  },
});

const getMe = createRoute({
  method: "get",
  path: "/me",
  summary: "The signed-in person and the size of their library",
  responses: {
    200: json(z.object({ user: Person, library: z.object({ assets: z.int(), bytes: z.int(), quotaBytes: z.int().nullable() }) }), "They"),
    ...problems("unauthenticated", "forbidden", "internal"),
  },
});

const patchMe = createRoute({
  method: "patch",
  path: "/me",
  summary: "Change one's name",
  request: { body: body(z.object({ name: PersonName })) },
  responses: { 204: { description: "Changed" }, ...problems("invalid", "unauthenticated", "forbidden", "internal") },
});

const getAccount = createRoute({
  method: "get",
  path: "/account",
  summary: "In which ways one can sign in, and whether this browser is unlocked",
  responses: {
    200: json(z.object({ password: z.boolean(), passkeys: z.int(), unlocked: z.boolean() }), "They"),
    ...problems("unauthenticated", "forbidden", "internal"),
  },
});

const postPassword = createRoute({
  method: "post",
  path: "/account/password",
  summary: "Set another password; every other browser is signed out",
  request: { body: body(z.object({ current: z.string().max(128).optional(), next: Password })) },
  responses: { 204: { description: "Set" }, ...problems("invalid", "unauthenticated", "forbidden", "locked", "too_many", "internal") },
});

/** The first set-up, and who is signed in. */
export const accounts = (deps: Deps, auths: (origin: URL) => Auth) =>
  new OpenAPIHono<Env>({ defaultHook: onInvalid })
    .openapi(getSetup, async (c) => c.json({ needed: await Account.needsSetUp(c.get("ctx")) }, 200))
    .openapi(postSetup, async (c) => {
      const input = c.req.valid("json");
      const secret = { tokenSha256: deps.setupTokenSha256, hash: deps.passwords.hash };
      const user = await Account.setUp(c.get("ctx"), { ...input, client: addressOf(c) ?? "unknown" }, secret);
      await signInAs(c, auths(c.get("origin")), user.id);
      return c.json({ user }, 201);
    })
    .openapi(getMe, async (c) => {
      const ctx = c.get("ctx");
      const [user, totals, quotaBytes] = await together(ctx, (inside) => [
        Account.get(inside, userOf(inside)),
        Asset.totals(inside),
        Quota.limitOf(inside),
      ]);
      return c.json({ user, library: { ...totals, quotaBytes } }, 200);
    })
    .openapi(patchMe, async (c) => {
      await Member.rename(c.get("ctx"), c.req.valid("json").name);
      return c.body(null, 204);
    })
    .openapi(getAccount, async (c) => {
      const ctx = c.get("ctx");
      return c.json({ ...(await Credential.ways(ctx)), unlocked: isUnlocked(ctx) }, 200);
    })
    .openapi(postPassword, async (c) => {
      await Credential.changePassword(c.get("ctx"), c.req.valid("json"), { hash: deps.passwords.hash, check: deps.passwords.verify });
      return c.body(null, 204);
    });
