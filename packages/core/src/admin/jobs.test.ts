import { useAnna } from "@tintype/test/anna";
import { expect, it } from "vitest";
import { jobs } from "./jobs.ts";

const here = useAnna();
const MINUTE = 60_000;

/** Enqueues and claims one. */
async function claimed(kind: string) {
  await here.system.queue.enqueue([{ kind, payload: {} }]);
  const [job] = await here.system.queue.claim([kind], 1, MINUTE);
  return job!;
}

it("counts what is due, running, planned, put off and dead, by kind", async () => {
  const { queue } = here.system;
  for (const kind of ["ingest", "ingest", "sweep"]) await queue.fail(await claimed(kind), "It broke.", null);
  for (const reason of ["The store is full.", "The store is away.", "The store is away."]) {
    await queue.release(await claimed("ingest"), { reason, delayMs: MINUTE });
  }
  await claimed("ingest");
  const since = new Date(Date.now() - 5 * MINUTE);
  await queue.enqueue([
    { kind: "ingest", payload: {}, runAt: since },
    { kind: "ingest", payload: {} },
    { kind: "purge", payload: {}, runAt: new Date(Date.now() + MINUTE) },
  ]);
  const [ingest, purge, sweep] = await jobs(here.system);
  expect(ingest).toMatchObject({ kind: "ingest", due: 2, running: 1, later: 0, putOff: 3, dead: 2, reason: "The store is away." });
  // Told on one clock and kept on another: some ms lie between.
  expect(Math.abs(Date.parse(ingest?.dueSince ?? "") - since.getTime())).toBeLessThan(500);
  expect(Date.parse(ingest?.nextTryAt ?? "") - Date.now()).toBeGreaterThan(MINUTE / 2);
  expect(purge).toMatchObject({
    kind: "purge",
    due: 0,
    running: 0,
    later: 1,
    putOff: 0,
    dead: 0,
    dueSince: null,
    nextTryAt: null,
    reason: null,
  });
  expect(sweep).toMatchObject({ kind: "sweep", dead: 1, due: 0 });
});

it("counts a job whose worker was killed as due again once its lease is over", async () => {
  await here.system.queue.enqueue([{ kind: "ingest", payload: {} }]);
  await here.system.queue.claim(["ingest"], 1, -1000);
  expect(await jobs(here.system)).toMatchObject([{ kind: "ingest", due: 1, running: 0 }]);
});

it("counts one whose next try has come as due, whatever it failed of", async () => {
  await here.system.queue.fail(await claimed("ingest"), "It broke.", -1000);
  expect(await jobs(here.system)).toMatchObject([{ kind: "ingest", due: 1, putOff: 0, reason: null }]);
});

it("is for the owner alone", async () => {
  await expect(jobs(here.anna.ctx)).rejects.toMatchObject({ code: "forbidden" });
});
