import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import * as Album from "@tintype/core/album";
import * as Member from "@tintype/core/member";
import type { Env } from "./deps.ts";
import { onInvalid } from "./error.ts";
import { body, Id, json, problems, Role } from "./schema.ts";

const album = z.object({ id: Id });
const member = z.object({ id: Id, userId: Id });
const common = ["unauthenticated", "forbidden", "not_found", "internal"] as const;

const getPeople = createRoute({
  method: "get",
  path: "/people",
  summary: "The names of the others with an account here, with whom an album can be shared",
  responses: {
    200: json(z.object({ people: z.array(z.object({ name: z.string(), handle: z.string() })) }), "They"),
    ...problems("unauthenticated", "forbidden", "internal"),
  },
});

const share = createRoute({
  method: "post",
  path: "/albums/{id}/members",
  summary: "Share an album of yours with somebody who has an account here",
  request: {
    params: album,
    body: body(z.object({ who: z.string().min(1).max(320).openapi({ description: "Handle, e-mail address or name" }), role: Role })),
  },
  responses: {
    200: json(z.object({ id: Id, name: z.string(), handle: z.string(), role: Role }), "Who it is"),
    ...problems(...common, "invalid", "too_large"),
  },
});

const changeRole = createRoute({
  method: "patch",
  path: "/albums/{id}/members/{userId}",
  summary: "Change what somebody may do in it",
  request: { params: member, body: body(z.object({ role: Role })) },
  responses: { 204: { description: "They may do that from now on" }, ...problems(...common, "invalid", "too_large") },
});

const putOut = createRoute({
  method: "delete",
  path: "/albums/{id}/members/{userId}",
  summary: "Put somebody out, with what they brought",
  request: { params: member },
  responses: { 204: { description: "They see it no more" }, ...problems(...common) },
});

const leave = createRoute({
  method: "post",
  path: "/albums/{id}/leave",
  summary: "Leave an album of somebody else's, with what you brought",
  request: { params: album },
  responses: { 204: { description: "You see it no more" }, ...problems(...common, "invalid") },
});

/** With whom albums are shared. */
export const albumMembers = () =>
  new OpenAPIHono<Env>({ defaultHook: onInvalid })
    .openapi(getPeople, async (c) => c.json({ people: await Member.people(c.get("ctx")) }, 200))
    .openapi(share, async (c) => c.json(await Album.share(c.get("ctx"), c.req.valid("param").id, c.req.valid("json")), 200))
    .openapi(changeRole, async (c) => {
      const { id, userId } = c.req.valid("param");
      await Album.changeRole(c.get("ctx"), id, userId, c.req.valid("json").role);
      return c.body(null, 204);
    })
    .openapi(putOut, async (c) => {
      const { id, userId } = c.req.valid("param");
      await Album.putOut(c.get("ctx"), id, userId);
      return c.body(null, 204);
    })
    .openapi(leave, async (c) => {
      await Album.leave(c.get("ctx"), c.req.valid("param").id);
      return c.body(null, 204);
    });
