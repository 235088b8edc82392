import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import * as Admin from "@tintype/core/admin";
import { PRICES, PROVIDERS } from "@tintype/core/price";
import * as Usage from "@tintype/core/usage";
import type { Env } from "./deps.ts";
import { onInvalid } from "./error.ts";
import { body, json, problems } from "./schema.ts";

const Provider = z.enum(PROVIDERS);
const amount = z.number();

const Bill = z
  .object({ storage: amount, requests: amount, egress: amount, functions: amount, database: amount, total: amount })
  .openapi("Bill", { description: "US dollars" });

const Budget = z
  .object({
    usd: z
      .number("must be an amount of US dollars")
      .min(0, "must not be negative")
      .max(1_000_000, "must be at most a million")
      .multipleOf(0.01, "must be in whole cents")
      .nullable()
      .openapi({ description: "What a month may cost; null = anything" }),
    provider: Provider.nullable().openapi({ description: "At whose prices; null = those of the store's own provider" }),
  })
  .openapi("Budget");

const Cost = z
  .object({
    provider: Provider,
    detected: Provider,
    providers: z.array(z.object({ id: Provider, name: z.string() })),
    prices: z.object({
      name: z.string(),
      about: z.string(),
      checkedOn: z.iso.date(),
      sources: z.array(z.object({ title: z.string(), url: z.url() })),
    }),
    share: amount.openapi({ description: "Of the month that is over, 0 to 1" }),
    soFar: Bill,
    expected: Bill,
    flows: z
      .object({
        writes: amount,
        reads: amount,
        egress: amount,
        calls: amount,
        gigabyteSeconds: amount,
        messages: amount,
        cuHours: amount,
      })
      .openapi({ description: "Of this month until now" }),
    next: z.object({ photos: z.int(), bytes: amount, isUsual: z.boolean(), once: Bill, monthly: Bill }),
    kept: z.object({
      originals: z.object({ files: z.int(), bytes: z.int() }),
      previews: z.object({ bytes: z.int(), isEstimate: z.boolean() }),
      copies: z.int(),
      cold: z.int(),
      database: z.int(),
    }),
    sentOut: amount.openapi({ description: "Bytes for which addresses were given out" }),
    throughLinks: z.int(),
    onFunctions: z.boolean(),
    budget: Budget,
    pause: z.object({ reason: z.string(), until: z.iso.datetime() }).nullable(),
  })
  .openapi("Cost");

const getCost = createRoute({
  method: "get",
  path: "/admin/cost",
  summary: "What this month costs at list prices, and what more photos would",
  responses: { 200: json(Cost, "So far and as expected, line by line"), ...problems("unauthenticated", "forbidden", "internal") },
});

const MonthCost = z
  .object({ soFar: amount, expected: amount, prices: z.string().openapi({ description: "Whose" }) })
  .openapi("MonthCost", { description: "US dollars" });

const getMonth = createRoute({
  method: "get",
  path: "/admin/cost/month",
  summary: "This month's sum alone",
  responses: {
    200: json(z.object({ month: MonthCost.nullable() }), "So far and as expected; null where nobody is paid"),
    ...problems("unauthenticated", "forbidden", "internal"),
  },
});

const putBudget = createRoute({
  method: "put",
  path: "/admin/cost/budget",
  summary: "Set what a month may cost before work that can wait waits, and at whose prices",
  request: { body: body(Budget) },
  responses: { 204: { description: "Set" }, ...problems("invalid", "unauthenticated", "forbidden", "internal") },
});

/** What the owner sees of what it costs, and the budget that they set. */
export const costAdmin = () =>
  new OpenAPIHono<Env>({ defaultHook: onInvalid })
    .openapi(getCost, async (c) => {
      const { pause, ...found } = await Admin.cost(c.get("ctx"));
      const told = {
        ...found,
        providers: PROVIDERS.map((id) => ({ id, name: PRICES[id].name })),
        prices: { ...found.prices, sources: [...found.prices.sources] },
        pause: pause ? { reason: pause.reason, until: pause.until.toISOString() } : null,
      };
      return c.json(told, 200);
    })
    .openapi(getMonth, async (c) => c.json({ month: (await Admin.monthCost(c.get("ctx"))) ?? null }, 200))
    .openapi(putBudget, async (c) => {
      await Usage.setBudget(c.get("ctx"), c.req.valid("json"));
      return c.body(null, 204);
    });
