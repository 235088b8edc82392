import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { type Found, measure } from "../support/scale/measure.ts";
import { costOf } from "../support/scale/cost.ts";
import { type Scenario, simulate } from "../support/scale/run.ts";
import { scenarios } from "../support/scale/scenario.ts";
import type { Report } from "./report.ts";

export const name = "scale";

const PHOTOS = Number(process.env["PHOTOS"] ?? 1_000_000);
const MEASURED = 300;
const SEED = 7;

/** All of them, or those whose name has this in it. */
const ONLY = process.env["ONLY"] ?? "";

/** A file with what was measured; made where it is not there. What is played needs no quiet machine then, and several can be at the same time. */
const MEASURED_FILE = process.env["MEASURED"];

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  ...scenarios({ often: false }),
  "told of every job, as it was": { tellsAll: true },
  "all photos are of one month": { months: 1 },
};

/**
 * A million photos through the cloud's own code in a world whose clock and infrastructure are models; see `docs/scale.md` for what is real, what
 * is measured and what is modelled. First the real ingest of some hundred real photos is measured, for the times of that world.
 */
export async function run(report: Report): Promise<void> {
  const measured = await found();
  if (!measured) return console.error("  Postgres is not installed: nothing is measured, and nothing simulated");
  const { statements, requests, cpuMs, bytes, packMs, statementMs } = measured;
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  report.figure({ what: "real: processor per photo", value: mean(cpuMs), unit: "ms", runs: MEASURED, spread: [cpuMs[0]!, cpuMs.at(-1)!] });
  report.figure({ what: "real: bytes per photo", value: mean(bytes) / 1e6, unit: "MB", runs: MEASURED });
  for (const [operation, n] of Object.entries(requests)) report.figure({ what: `real: ${operation} per photo`, value: n, unit: "" });
  for (const [part, n] of Object.entries(statements)) report.figure({ what: `real: statements per photo, ${part}`, value: n, unit: "" });
  report.figure({ what: "real: the database's processor per statement", value: statementMs, unit: "ms" });
  report.figure({ what: "real: to pack a month", value: packMs.month, unit: "ms" });
  report.figure({ what: "real: to pack 1,000 photos of a month", value: packMs.photo * 1000, unit: "ms" });
  for (const [what, scenario] of Object.entries(SCENARIOS)) {
    if (!what.includes(ONLY)) continue;
    const outcome = await simulate(scenario, { photos: PHOTOS, seed: SEED, measured });
    const figure = (about: string, value: number, unit: string, goal?: { atMost: number }) =>
      report.figure({ what: `${what}: ${about}`, value, unit, ...(goal && { goal }) });
    const { ingest, work, queue, wakes, store, neon } = outcome;
    figure("until the last photo is settled", outcome.hours, "hours");
    figure("and until all is quiet", outcome.afterwardsHours, "hours");
    for (const [payee, usd] of Object.entries(costOf(outcome))) figure(`cost, ${payee}`, usd, "USD");
    figure("lost", outcome.lost, "photos", { atMost: 0 });
    figure("rows beyond one for each", outcome.rows - outcome.photos, "rows", { atMost: 0 });
    figure("said to be unreadable and are not", outcome.harmed, "photos", { atMost: 0 });
    figure("unreadable, of those that are poison", outcome.poisonUnreadable, `of ${outcome.poisoned}`);
    figure("decoded more than once", outcome.decoded - outcome.photos, "photos");
    figure("delivered again", queue.redelivered, "messages");
    figure("put aside", queue.dead + wakes.dead, "messages", { atMost: 0 });
    figure("oldest message", queue.oldestMs / 3_600_000, "hours");
    figure("calls of the ingest function", ingest.calls, "calls");
    figure("calls of the work function", work.calls, "calls");
    figure("killed or out of time", ingest.killed + work.killed, "calls");
    figure("connections at most", neon.mostConnections, "at once");
    figure("waits for row locks", neon.lockMs / 3_600_000, "hours");
    figure("PUTs at most", store.mostPuts, "/s");
    figure("GETs at most", store.mostGets, "/s");
    figure("requests to S3 refused for good", store.failed, "requests");
    figure("database awake", neon.activeMs / 3_600_000, "hours");
    figure("the simulation took", outcome.seconds, "s");
  }
}

async function found(): Promise<Found | undefined> {
  if (MEASURED_FILE && existsSync(MEASURED_FILE)) return JSON.parse(readFileSync(MEASURED_FILE, "utf8")) as Found;
  const measured = await measure(MEASURED);
  if (MEASURED_FILE && measured) writeFileSync(MEASURED_FILE, JSON.stringify(measured));
  return measured;
}
