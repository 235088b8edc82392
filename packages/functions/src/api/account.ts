import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import * as Account from "@tintype/core/account";
import * as Asset from "@tintype/core/asset";
import { userOf } from "@tintype/core/kernel";
import { hashPassword } from "better-auth/crypto";
import { addressOf, type Deps, type Env } from "./deps.ts";
import { onInvalid } from "./error.ts";
import { body, json, problems } from "./schema.ts";
import { authFailure, type Auth } from "./session.ts";

const Person = z
  .object({ id: z.string(), name: z.string(), email: z.string(), handle: z.string(), role: z.enum(["owner", "member"]) })
  .openapi("Person");

/** No control characters, lone surrogates, line ends or marks that turn the text around; joiners are part of names and of emoji. */
const PLAIN = /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]*$/u;

const SetUp = z
  .object({
    token: z.string().min(1, "is missing: open the link that Tintype printed when it started").max(200, "is too long"),
    name: z
      .string()
      .trim()
      .min(1, "must not be empty")
      .max(100, "must have at most 100 characters")
      .regex(PLAIN, "must not contain control characters"),
    email: z.email("must be an e-mail address").max(254, "must have at most 254 characters"),
    password: z
      .string()
      .min(Account.PASSWORD_LENGTH.min, `must have at least ${Account.PASSWORD_LENGTH.min} characters`)
      .max(Account.PASSWORD_LENGTH.max, `must have at most ${Account.PASSWORD_LENGTH.max} characters`),
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
    200: json(z.object({ user: Person, library: z.object({ assets: z.int(), bytes: z.int() }) }), "They"),
    ...problems("unauthenticated", "internal"),
  },
});

/** The first set-up, and who is signed in. */
export const accounts = (deps: Deps, auths: (origin: URL) => Auth) =>
  new OpenAPIHono<Env>({ defaultHook: onInvalid })
    .openapi(getSetup, async (c) => c.json({ needed: await Account.needsSetUp(c.get("ctx")) }, 200))
    .openapi(postSetup, async (c) => {
      const input = c.req.valid("json");
      const secret = { tokenSha256: deps.setupTokenSha256, hash: hashPassword };
      const user = await Account.setUp(c.get("ctx"), { ...input, client: addressOf(c) ?? "unknown" }, secret);
      const { email, password } = input;
      const { api } = auths(c.get("origin"));
      const { headers } = await api.signInEmail({ body: { email, password }, returnHeaders: true }).catch((cause: unknown) => {
        throw authFailure(cause);
      });
      for (const cookie of headers.getSetCookie()) c.header("set-cookie", cookie, { append: true });
      return c.json({ user }, 201);
    })
    .openapi(getMe, async (c) => {
      const ctx = c.get("ctx");
      const [user, library] = await Promise.all([Account.get(ctx, userOf(ctx)), Asset.totals(ctx)]);
      return c.json({ user, library }, 200);
    });
