/** What a figure should reach. */
export type Goal = { atMost: number } | { atLeast: number };

/** One measured figure. `spread` is the least and the most of its runs. */
export type Figure = { what: string; value: number; unit: string; goal?: Goal; runs?: number; spread?: [least: number, most: number] };

/** Variants of one piece of work, to be measured against each other. */
export type Contest = {
  what: string;
  /** How much work one run does, in `unit`: the figures are amounts a second. */
  amount: number;
  unit: string;
  /** Runs of each variant, 5 when absent, taken in turns so that a busy moment hits all of them; the median counts. */
  runs?: number;
  /** A run; it may return the seconds that count, when not all of it is the work. The first variant is ours. */
  variants: Record<string, () => Promise<number | void>>;
  /** For ours ÷ the best of the others. */
  goal?: Goal;
};

/** Where a bench puts what it measured. */
export type Report = {
  figure: (figure: Figure) => void;
  contest: (contest: Contest) => Promise<void>;
};

/** A bench file exports this: `name` selects it on the command line. */
export type Bench = { name: string; run: (report: Report) => Promise<void> };

/** A report that keeps its figures, and hands each one to `tell` as it comes. */
export function createReport(tell: (figure: Figure) => void): Report & { figures: Figure[] } {
  const figures: Figure[] = [];
  const figure = (found: Figure): void => {
    figures.push(found);
    tell(found);
  };
  return {
    figures,
    figure,
    contest: async (asked) => {
      const rates = await race(asked);
      for (const [name, { value, spread, runs }] of rates) {
        figure({ what: `${asked.what}: ${name}`, value, unit: `${asked.unit}/s`, spread, runs });
      }
      const [ours, ...others] = rates;
      if (ours === undefined || others.length === 0) return;
      const best = Math.max(...others.map(([, { value }]) => value));
      const ratio: Figure = { what: `${asked.what}: ${ours[0]} ÷ the best of the others`, value: ours[1].value / best, unit: "×" };
      figure(asked.goal === undefined ? ratio : { ...ratio, goal: asked.goal });
    },
  };
}

type Rate = { value: number; spread: [least: number, most: number]; runs: number };

async function race({ variants, amount, runs = 5 }: Contest): Promise<[name: string, Rate][]> {
  const seconds = Object.keys(variants).map((): number[] => []);
  for (let left = runs; left > 0; left--) {
    for (const [i, work] of Object.values(variants).entries()) {
      const begin = performance.now();
      const told = await work();
      seconds[i]?.push(typeof told === "number" ? told : (performance.now() - begin) / 1000);
    }
  }
  return Object.keys(variants).map((name, i) => {
    const rates = (seconds[i] ?? []).map((time) => amount / time);
    return [name, { value: median(rates), spread: [Math.min(...rates), Math.max(...rates)], runs }];
  });
}

/** The middle of the numbers, or the mean of the two in the middle; NaN of none. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.slice(Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2) + 1);
  return middle.reduce((sum, number) => sum + number, 0) / middle.length;
}

/** Whether a figure reaches its goal; undefined when it has none. */
export function met({ value, goal }: Figure): boolean | undefined {
  if (goal === undefined) return undefined;
  return "atMost" in goal ? value <= goal.atMost : value >= goal.atLeast;
}

/** A figure as one line of a table. */
export function line(figure: Figure): string {
  const { what, value, unit, goal, spread, runs } = figure;
  const said = [what.padEnd(60), `${round(value)} ${unit}`.padStart(16)];
  if (goal !== undefined) said.push(`${met(figure) === true ? "✓" : "✗"} ${"atMost" in goal ? `≤ ${goal.atMost}` : `≥ ${goal.atLeast}`}`);
  if (spread !== undefined) said.push(`${round(spread[0])} … ${round(spread[1])} in ${runs ?? 1} runs`);
  return said.join("  ");
}

function round(value: number): string {
  return value.toLocaleString("en", { maximumSignificantDigits: 3 });
}
