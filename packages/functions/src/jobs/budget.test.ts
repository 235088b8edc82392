import { job } from "@tintype/core/kernel/table";
import type { Ctx } from "@tintype/core/kernel";
import * as Usage from "@tintype/core/usage";
import { useAnna } from "@tintype/test/anna";
import { beOwner } from "@tintype/test/person";
import { beforeEach, describe, expect, it } from "vitest";
import { drain } from "./drain.ts";
import { startWorker } from "./worker.ts";

const here = useAnna(() => ({ store: { place: "photos at https://s3.eu-central-1.amazonaws.com" } as Ctx["store"] }));

let owner: Ctx;
let done: string[];
beforeEach(async () => {
  owner = await beOwner(here.system, here.anna);
  done = [];
});

const run = async (_: Ctx, { name }: Readonly<Record<string, unknown>>): Promise<void> => void done.push(String(name));
const kinds = { new: { concurrency: 2, run }, old: { concurrency: 2, canWait: true, run } };
const ask = (kind: "new" | "old", name: string, urgent = false) =>
  here.system.queue.enqueue([{ kind, payload: { name }, dedupe: name, ...(urgent && { urgent }) }]);
const set = (usd: number | null) => Usage.setBudget(owner, { usd, provider: null });
const askForAll = async (): Promise<void> => {
  await ask("old", "copies");
  await ask("new", "photo");
  await ask("old", "somebody waits", true);
};

describe.each<[string, () => Promise<void>]>([
  ["a process that is always there", work],
  ["a function that is woken", async () => void (await drain(here.system, { kinds, msLeft: () => 600_000 }))],
])("in %s", (_, go) => {
  it("what can wait waits while the budget is spent, and is done once it is raised; all else goes on", async () => {
    await set(0);
    await askForAll();
    await go();
    expect(done.toSorted()).toEqual(["photo", "somebody waits"]);
    const [waiting, ...others] = await here.system.db.select().from(job);
    expect([waiting?.payload, waiting?.dead, waiting?.attempts, others]).toEqual([{ name: "copies" }, false, 0, []]);
    expect(waiting?.error).toContain("budget of $0.00 is spent");
    const month = new Date();
    expect(waiting?.runAt.getTime()).toBeCloseTo(Date.UTC(month.getUTCFullYear(), month.getUTCMonth() + 1), -4);
    await set(5);
    await go();
    expect(done).toContain("copies");
  });

  it("nothing waits without a budget", async () => {
    await askForAll();
    await go();
    expect(done.toSorted()).toEqual(["copies", "photo", "somebody waits"]);
  });
});

/** Works until nothing is to be done any more. */
async function work(): Promise<void> {
  const { queue } = here.system;
  const worker = startWorker(here.system, { kinds });
  await expect
    .poll(() => queue.nextDue(Object.keys(kinds)), { timeout: 5000 })
    .toSatisfy((due: Date | null) => !due || due.getTime() > Date.now() + 5000);
  await worker.stop();
}
