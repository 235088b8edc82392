import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import * as Member from "@tintype/core/member";
import type { Env } from "./deps.ts";
import { onInvalid } from "./error.ts";
import { body, Bytes, Id, json, PlainText, problems } from "./schema.ts";

const Quota = Bytes.nullable().openapi({ description: "Bytes of originals; null = no limit" });

const Person = z
  .object({
    id: Id,
    name: z.string(),
    email: z.string(),
    role: z.enum(["owner", "member"]),
    bytes: z.int(),
    quotaBytes: Quota,
    disabledAt: z.iso.datetime().nullable(),
    createdAt: z.iso.datetime(),
    seenAt: z.iso.datetime().nullable(),
  })
  .openapi("Member");

const Invite = z
  .object({
    id: Id,
    name: z.string(),
    quotaBytes: Quota,
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
    usedAt: z.iso.datetime().nullable(),
    usedBy: z.string().nullable(),
  })
  .openapi("Invite");

const params = z.object({ id: Id });
const own = ["unauthenticated", "forbidden", "internal"] as const;

const getMembers = createRoute({
  method: "get",
  path: "/members",
  summary: "Everybody with an account here, for the owner",
  responses: { 200: json(z.object({ members: z.array(Person) }), "They"), ...problems(...own) },
});

const patchMember = createRoute({
  method: "patch",
  path: "/members/{id}",
  summary: "Set somebody's quota, shut them out or let them in again",
  request: { params, body: body(z.object({ quotaBytes: Quota.optional(), disabled: z.boolean().optional() })) },
  responses: { 204: { description: "Done" }, ...problems(...own, "invalid", "not_found", "conflict") },
});

const getInvites = createRoute({
  method: "get",
  path: "/invites",
  summary: "The invitations that were made, newest first",
  responses: { 200: json(z.object({ invites: z.array(Invite) }), "They"), ...problems(...own) },
});

const NewInvite = z
  .object({ name: PlainText(100), quotaBytes: Quota.default(null), days: z.int().min(1).max(30).default(7) })
  .openapi("NewInvite");

const postInvite = createRoute({
  method: "post",
  path: "/invites",
  summary: "Invite somebody to make an account",
  request: { body: body(NewInvite) },
  responses: {
    201: json(z.object({ id: Id, token: z.string(), expiresAt: z.iso.datetime() }), "The token is told this once: /invite#token=…"),
    ...problems(...own, "invalid"),
  },
});

const deleteInvite = createRoute({
  method: "delete",
  path: "/invites/{id}",
  summary: "Take an open invitation back",
  request: { params },
  responses: { 204: { description: "Taken back" }, ...problems(...own, "not_found") },
});

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

/** Who has an account here, and who may make one: for the owner. */
export const members = () =>
  new OpenAPIHono<Env>({ defaultHook: onInvalid })
    .openapi(getMembers, async (c) => {
      const found = await Member.list(c.get("ctx"));
      const told = found.map((each) => ({
        ...each,
        disabledAt: iso(each.disabledAt),
        createdAt: each.createdAt.toISOString(),
        seenAt: iso(each.seenAt),
      }));
      return c.json({ members: told }, 200);
    })
    .openapi(patchMember, async (c) => {
      await Member.change(c.get("ctx"), c.req.valid("param").id, c.req.valid("json"));
      return c.body(null, 204);
    })
    .openapi(getInvites, async (c) => {
      const found = await Member.invites(c.get("ctx"));
      const told = found.map((each) => ({
        ...each,
        createdAt: each.createdAt.toISOString(),
        expiresAt: each.expiresAt.toISOString(),
        usedAt: iso(each.usedAt),
      }));
      return c.json({ invites: told }, 200);
    })
    .openapi(postInvite, async (c) => {
      const { expiresAt, ...made } = await Member.invite(c.get("ctx"), c.req.valid("json"));
      return c.json({ ...made, expiresAt: expiresAt.toISOString() }, 201);
    })
    .openapi(deleteInvite, async (c) => {
      await Member.uninvite(c.get("ctx"), c.req.valid("param").id);
      return c.body(null, 204);
    });
