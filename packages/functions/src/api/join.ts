import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import * as Member from "@tintype/core/member";
import * as Session from "@tintype/core/session";
import { signInAs } from "./auth-answer.ts";
import type { Deps, Env } from "./deps.ts";
import { onInvalid } from "./error.ts";
import { Email, Password, Person, PersonName } from "./person.ts";
import { body, json, problems } from "./schema.ts";
import type { Auth } from "./session.ts";

const Token = z.string().min(1, "is missing: open the link that you were sent").max(200, "is too long");

const Invitation = z.object({
  name: z.string(),
  by: z.string(),
  quotaBytes: z.int().nullable().openapi({ description: "How many bytes they may have; null = no limit" }),
  expiresAt: z.iso.datetime(),
});

const look = createRoute({
  method: "post",
  path: "/invites/look",
  summary: "What an invitation says",
  security: [],
  request: { body: body(z.object({ token: Token })) },
  responses: {
    200: json(Invitation, "For whom it is, and whose"),
    ...problems("invalid", "not_found", "too_many", "internal"),
  },
});

const Acceptance = z
  .object({
    token: Token,
    name: PersonName,
    email: Email,
    password: Password.optional().openapi({ description: "Without one, a passkey is to be added before the browser is closed" }),
  })
  .openapi("Acceptance");

const accept = createRoute({
  method: "post",
  path: "/invites/accept",
  summary: "Make an account by an invitation and sign in",
  security: [],
  request: { body: body(Acceptance) },
  responses: {
    201: json(z.object({ user: Person }), "Made; the session is in a cookie, and without a password it is unlocked for 15 minutes"),
    ...problems("invalid", "not_found", "conflict", "too_many", "internal"),
  },
});

/** Taking up an invitation: the one way to an account besides the first set-up. */
export const joining = ({ passwords }: Pick<Deps, "passwords">, auths: (origin: URL) => Auth) =>
  new OpenAPIHono<Env>({ defaultHook: onInvalid })
    .openapi(look, async (c) => {
      const { expiresAt, ...told } = await Member.look(c.get("ctx"), c.req.valid("json").token);
      return c.json({ ...told, expiresAt: expiresAt.toISOString() }, 200);
    })
    .openapi(accept, async (c) => {
      const ctx = c.get("ctx");
      const input = c.req.valid("json");
      const user = await Member.accept(ctx, input, passwords.hash);
      const { id } = await signInAs(c, auths(c.get("origin")), user.id);
      const session = { id, unlocked: false };
      // They have no way in yet: the passkey comes next.
      if (input.password === undefined) await Session.begin({ ...ctx, actor: { kind: "user", userId: user.id, role: user.role, session } });
      return c.json({ user }, 201);
    });
