import { type Chunk, packDays, ratioByte } from "@tintype/core/geometry";
import { layOut, type Layout } from "../../packages/web/src/grid/layout.ts";
import { toLibrary, toMonth } from "../../packages/web/src/grid/library.ts";
import { metricsFor } from "../../packages/web/src/grid/metrics.ts";
import { median, type Report } from "./report.ts";

const RUNS = 9;
const PER_DAY = 25;

/** A camera roll with days of exponentially distributed sizes; the same every time. */
function cameraRoll(photos: number): Chunk[] {
  let seed = 7;
  const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  const ratios = [ratioByte(4, 3), ratioByte(4, 3), ratioByte(3, 4), ratioByte(3, 2), ratioByte(16, 9), ratioByte(1, 1)];
  const chunks: Chunk[] = [];
  for (let left = photos, month = 2026 * 12 + 10; left > 0; month--) {
    const days: [day: number, count: number][] = [];
    for (let day = 28; day > 0 && left > 0; day--) {
      const count = Math.min(left, 1 + Math.floor(-Math.log(1 - random()) * PER_DAY));
      days.push([day, count]);
      left -= count;
    }
    const count = days.reduce((sum, [, each]) => sum + each, 0);
    const bytes = Uint8Array.from({ length: count }, () => ratios[Math.floor(random() * ratios.length)]!);
    chunks.push({ month, revision: 1, count, days: packDays(days), ratios: bytes });
  }
  return chunks;
}

/** Milliseconds of CPU of this process: a busy machine does not blur them. */
function cpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** CPU time of the whole and of its longest slice. */
function measure(chunks: readonly Chunk[], width: number): { all: number; longest: number; layout: Layout } {
  const library = toLibrary(chunks.map(toMonth));
  const begin = cpu();
  let longest = 0;
  let last = begin;
  const steps = layOut(library, metricsFor(width, "m", width < 700));
  for (;;) {
    const step = steps.next();
    const now = cpu();
    longest = Math.max(longest, now - last);
    last = now;
    if (step.done === true) return { all: now - begin, longest, layout: step.value };
  }
}

export const name = "layout";

/** Row breaking of whole libraries, as the grid does it, on a desktop and on a phone. */
export async function run(report: Report): Promise<void> {
  for (const [photos, goal] of [
    [100_000, 15],
    [1_000_000, 120],
  ] as const) {
    const chunks = cameraRoll(photos);
    for (const [screen, width] of [
      ["desktop", 1208],
      ["phone", 390],
    ] as const) {
      const runs = Array.from({ length: RUNS }, () => measure(chunks, width));
      const all = runs.map((each) => each.all);
      const what = `layout of ${photos.toLocaleString("en")} photos, ${screen}`;
      report.figure({
        what,
        value: median(all),
        unit: "ms",
        goal: { atMost: goal },
        runs: RUNS,
        spread: [Math.min(...all), Math.max(...all)],
      });
      report.figure({
        what: `${what}: longest slice`,
        value: median(runs.map((each) => each.longest)),
        unit: "ms CPU",
        goal: { atMost: 50 },
      });
    }
  }
  await Promise.resolve();
}
