import { and, asc, eq, gt, like } from "drizzle-orm";
import { z } from "zod";
import * as Audit from "#audit";
import { utcMonthOf } from "#date";
import { allow, transact, userOf, type Ctx } from "#kernel";
import { job, setting } from "#kernel/table";
import { billOf, PRICES, providerAt, type Provider, PROVIDERS, soFar } from "#price";
import { known } from "./month.ts";

/** What a month may cost at most, in US dollars; null = anything. At whose prices: those of the store's own provider where nobody chose others. */
export const Budget = z.object({ usd: z.number().nullable(), provider: z.enum(PROVIDERS).nullable() });
export type Budget = z.infer<typeof Budget>;

/** Why work that can wait waits, in words for people, and until when at most. */
export type Pause = { reason: string; until: Date };

/** What was found when the month was last added up, for this very budget. */
const Verdict = Budget.extend({ month: z.int(), isSpent: z.boolean(), at: z.iso.datetime() });

const [BUDGET, VERDICT] = ["budget", "budget.verdict"];
/** A month that is not spent is not added up again for so long. */
const KEPT_MS = 10 * 60_000;
const PAGE = 1000;

const WHY = "This month’s budget of ";
const MONEY = new Intl.NumberFormat("en", { style: "currency", currency: "USD" });

/** What was set; nothing where nobody set anything. */
export async function readBudget(ctx: Pick<Ctx, "db">): Promise<Budget> {
  return Budget.catch({ usd: null, provider: null }).parse(await read(ctx, BUDGET));
}

/** At whose prices this is added up. */
export function providerOf(ctx: { store: Pick<Ctx["store"], "place"> }, budget: Budget): Provider {
  return budget.provider ?? providerAt(ctx.store.place);
}

/**
 * Sets it, and lets what waits for money go on: it waits again where there is still none. Only what is another than before is noted: whoever chooses
 * other prices has not touched the sum. Throws `forbidden` for anyone but the owner.
 */
export async function setBudget(ctx: Ctx, budget: Budget): Promise<void> {
  allow(ctx, "admin.write");
  await transact(ctx, async (inside) => {
    const before = await readBudget(inside);
    const { usd, provider } = budget;
    await write(inside, BUDGET, { usd, provider });
    const details = { ...(usd !== before.usd && { usd }), ...(provider !== before.provider && { provider }) };
    if (Object.keys(details).length > 0) await Audit.note(inside, { ownerId: userOf(inside), action: "budget.change", details });
    await resume(inside);
  });
}

/**
 * Whether work that can wait has to: what the month has cost so far has reached its budget. Then it does until the next month begins, or the budget
 * is another, or so much is deleted that the month has cost less. The month is added up at most every ten minutes, and not at all without a budget.
 */
export async function pause(ctx: Ctx): Promise<Pause | undefined> {
  allow(ctx, "ingest.run");
  const budget = await readBudget(ctx);
  const { usd } = budget;
  const provider = providerOf(ctx, budget);
  // Nobody is paid.
  if (usd === null || provider === "own") return undefined;
  const at = ctx.now();
  const month = utcMonthOf(at);
  const before = Verdict.safeParse(await read(ctx, VERDICT)).data;
  const isSame = before?.usd === usd && before.provider === provider && before.month === month;
  const isFresh = isSame && at.getTime() - Date.parse(before.at) < KEPT_MS;
  const isSpent = isFresh ? before.isSpent : await isSpentAt(ctx, provider, usd);
  if (!isFresh) await write(ctx, VERDICT, { usd, provider, month, isSpent, at: at.toISOString() });
  // So much was deleted that the month costs less than it did.
  if (isSame && before.isSpent && !isSpent) await transact(ctx, resume);
  return isSpent ? pauseOf(usd, at) : undefined;
}

/** The pause of a month that has cost so much, at this moment. */
export function pauseOf(usd: number, at: Date): Pause {
  const until = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1));
  const reason = `${WHY}${MONEY.format(usd)} is spent. This waits until the next month begins, or until the budget is raised in Settings, Storage.`;
  return { reason, until };
}

async function isSpentAt(ctx: Ctx, provider: Provider, usd: number): Promise<boolean> {
  const { month } = await known(ctx);
  return billOf(PRICES[provider], soFar(month)).total >= usd;
}

/** Makes due now what was put off for want of money. */
async function resume(ctx: Ctx): Promise<void> {
  for (let after = NIL, found = PAGE; found === PAGE;) {
    const waiting = await ctx.db
      .select({ id: job.id, kind: job.kind, payload: job.payload, dedupe: job.dedupe })
      .from(job)
      .where(and(like(job.error, `${WHY}%`), eq(job.dead, false), eq(job.leased, false), gt(job.id, after)))
      .orderBy(asc(job.id))
      .limit(PAGE);
    // Under its name each is the job that is there already.
    const named = waiting.flatMap(({ kind, payload, dedupe }) => (dedupe === null ? [] : [{ kind, payload, dedupe }]));
    if (named.length > 0) await ctx.queue.enqueue(named);
    found = waiting.length;
    after = waiting.at(-1)?.id ?? after;
  }
}

const NIL = "00000000-0000-0000-0000-000000000000";

async function read({ db }: Pick<Ctx, "db">, name: string): Promise<unknown> {
  const [row] = await db.select({ value: setting.value }).from(setting).where(eq(setting.name, name));
  return row?.value;
}

async function write(ctx: Ctx, name: string, value: object): Promise<void> {
  const row = { name, value, updatedAt: ctx.now() };
  await ctx.db.insert(setting).values(row).onConflictDoUpdate({ target: setting.name, set: row });
}
