/** What whoever deploys may say, beside where. */
export type Settings = {
  /**
   * After so many days originals go to Glacier Instant Retrieval: a fifth of the price to keep, and a price per gigabyte to look at. Never,
   * while it is undefined; AWS charges at least 90 days of it. Previews stay where they are.
   */
  coldAfterDays: number | undefined;
  /** What a month in this AWS account may cost before somebody is told. */
  budgetUsd: number;
  /**
   * How many functions take in photos at once. A new AWS account runs 10 in all: with the two that do jobs, three are left to answer people
   * while a library is imported.
   */
  ingestConcurrency: number;
};

/** Reads them from the environment. Throws and names the variable that is no such number. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const whole = (name: string, from: number, to = Infinity): number | undefined => {
    const text = env[name] ?? "";
    if (text === "") return undefined;
    const value = Number(text);
    if (/^\d+$/u.test(text) && value >= from && value <= to) return value;
    throw new Error(`${name} is "${text}". It is a whole number, ${to === Infinity ? `${from} or more` : `${from} to ${to}`}.`);
  };
  return {
    coldAfterDays: whole("TINTYPE_COLD_AFTER_DAYS", 0),
    budgetUsd: whole("TINTYPE_BUDGET_USD", 1) ?? 20,
    // What an event source of SQS takes.
    ingestConcurrency: whole("TINTYPE_INGEST_CONCURRENCY", 2, 1000) ?? 5,
  };
}
