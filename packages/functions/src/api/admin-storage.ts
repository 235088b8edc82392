import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import * as Admin from "@tintype/core/admin";
import { canPin, CHECKS, DUTIES, type Outcome } from "@tintype/core/storage";
import type { Deps, Env } from "./deps.ts";
import { onInvalid } from "./error.ts";
import { json, problems } from "./schema.ts";

const Asked = z.object({ isUnderWay: z.boolean(), reason: z.string().nullable() });

const Storage = z
  .object({
    place: z.object({
      bucket: z.string(),
      endpoint: z.string().openapi({ description: "As this server reaches it" }),
      publicEndpoint: z.string().openapi({ description: "As browsers are told to reach it" }),
      folder: z.string().nullable().openapi({ description: "Of this machine, where the store is our own" }),
    }),
    assets: z.int(),
    bytes: z.int(),
    check: Asked,
    capabilities: z
      .object({
        checkedAt: z.iso.datetime(),
        server: z.string().nullable(),
        pins: z.boolean().openapi({ description: "Whether files are sent straight to their places, or are staged first" }),
        checks: z.array(z.object({ name: z.string(), title: z.string(), answer: z.enum(["yes", "no", "unknown"]), detail: z.string() })),
        setUp: z.array(
          z.object({
            name: z.string(),
            title: z.string(),
            state: z.enum(["done", "not offered", "denied", "needs"]),
            detail: z.string(),
            lines: z.array(z.string()),
          }),
        ),
      })
      .nullable(),
    sweep: Asked.extend({ endedAt: z.iso.datetime().nullable(), seen: z.int(), requests: z.int() }),
  })
  .openapi("Storage");

const Accepted = z.object({ accepted: z.literal(true) });

const getStorage = createRoute({
  method: "get",
  path: "/admin/storage",
  summary: "Where the storage is, what is in it and what it can do",
  responses: { 200: json(Storage, "What is known of it"), ...problems("unauthenticated", "forbidden", "internal") },
});

const postCheck = createRoute({
  method: "post",
  path: "/admin/storage/check",
  summary: "Set the storage up and check what it can do, soon",
  responses: { 202: json(Accepted, "It will be"), ...problems("unauthenticated", "forbidden", "internal") },
});

const postSweep = createRoute({
  method: "post",
  path: "/admin/storage/sweep",
  summary: "Look through the whole storage, soon",
  responses: { 202: json(Accepted, "It will be"), ...problems("unauthenticated", "forbidden", "internal") },
});

/** What the owner sees of the storage, and what they can have done with it. */
export const storageAdmin = ({ place }: Pick<Deps, "place">) =>
  new OpenAPIHono<Env>({ defaultHook: onInvalid })
    .openapi(getStorage, async (c) => {
      const { capabilities, ...facts } = await Admin.storage(c.get("ctx"));
      const { bucket, endpoint, folder = null } = place;
      const where = { bucket, endpoint, publicEndpoint: c.get("store").origin, folder };
      return c.json({ place: where, ...facts, capabilities: capabilities ? told(capabilities) : null }, 200);
    })
    .openapi(postCheck, async (c) => {
      await Admin.checkStorage(c.get("ctx"));
      return c.json({ accepted: true as const }, 202);
    })
    .openapi(postSweep, async (c) => {
      await Admin.sweepStorage(c.get("ctx"));
      return c.json({ accepted: true as const }, 202);
    });

type Found = NonNullable<Admin.StorageFacts["capabilities"]>;

/** In the order of the lists of checks and duties, each in its words. */
function told(found: Found) {
  const { checkedAt, server = null, checks, setUp } = found;
  return {
    checkedAt,
    server,
    pins: canPin(found),
    checks: inOrder(CHECKS).map(([name, title]) => ({ name, title, ...checks[name] })),
    setUp: setUp ? inOrder(DUTIES).map(([name, title]) => outcome(name, title, setUp[name])) : [],
  };
}

function outcome(name: string, title: string, { state, detail, lines = [] }: Outcome) {
  return { name, title, state, detail, lines };
}

/** Guarantee: the keys of an object literal are those of its type. */
function inOrder<K extends string>(words: Readonly<Record<K, string>>): [K, string][] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return Object.entries(words) as [K, string][];
}
