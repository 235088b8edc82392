import type { Cost } from "../../lib/api.ts";
import { dateName, utcDay } from "../../lib/dates.ts";
import { counted, formatBytes, formatCount, formatMoney } from "../../lib/format.ts";

type Line = Exclude<keyof Cost["soFar"], "total">;

/** The lines of a bill, in the order in which they are told. */
export const LINES: readonly [line: Line, title: string][] = [
  ["storage", "Storage"],
  ["requests", "Requests"],
  ["egress", "Sent out"],
  ["functions", "Functions"],
  ["database", "Database"],
];

/** What a line costs for more photos: what is kept is paid for every month, all else once. */
export function moreText({ once, monthly }: Cost["next"], line: Line): string {
  if (monthly[line] > 0) return `${formatMoney(monthly[line])} a month`;
  return once[line] > 0 ? `${formatMoney(once[line])} once` : formatMoney(0);
}

/** What more photos cost in all. */
export function totalText({ once, monthly }: Cost["next"]): string {
  const parts = [once.total > 0 ? `${formatMoney(once.total)} once` : "", monthly.total > 0 ? `${formatMoney(monthly.total)} a month` : ""];
  return parts.filter((part) => part !== "").join(", ") || formatMoney(0);
}

/** How large more photos are taken to be. */
export function sizeText({ photos, bytes, isUsual }: Cost["next"]): string {
  const each = formatBytes(Math.round(bytes / photos));
  const whose = isUsual ? "as is usual, since there are few here yet" : "as yours are";
  return `More photos are taken to have ${each} each with their previews, ${whose}: ${formatBytes(bytes)} in all.`;
}

/** What is kept, as names and amounts. */
export function keptRows({ kept }: Pick<Cost, "kept">): [name: string, text: string][] {
  const { originals, previews, copies, cold, database } = kept;
  const rows: [string, string][] = [
    ["Originals", `${formatBytes(originals.bytes)} in ${counted(originals.files, "file")}`],
    ["Previews", `${previews.isEstimate ? "about " : ""}${formatBytes(previews.bytes)}`],
  ];
  if (copies > 0) rows.push(["Copies for links", formatBytes(copies)]);
  if (cold > 0) rows.push(["In the cheaper class", formatBytes(cold)]);
  rows.push(["Database", formatBytes(database)]);
  return rows;
}

/** What was counted this month, as names and amounts. */
export function countedRows({
  flows,
  sentOut,
  throughLinks,
  onFunctions,
}: Pick<Cost, "flows" | "sentOut" | "throughLinks" | "onFunctions">): [name: string, text: string][] {
  const links = throughLinks > 0 ? `, ${formatBytes(throughLinks)} of it through links` : "";
  const rows: [string, string][] = [
    ["Requests", `${formatCount(Math.round(flows.writes))} that write or list, at most ${formatCount(Math.round(flows.reads))} that read`],
    ["Sent out", `about ${formatBytes(Math.round(sentOut))}${links}`],
  ];
  if (!onFunctions) return rows;
  return [
    ...rows,
    ["Functions", `${counted(Math.round(flows.calls), "call")}, ${formatCount(Math.round(flows.gigabyteSeconds))} GB-seconds`],
    ["Queue", `about ${formatCount(Math.round(flows.messages))} requests`],
    [
      "Database awake",
      `about ${formatCount(Math.round(flows.cuHours * 4))} hours, reckoned at its smallest size: busy, it may be eight times that`,
    ],
  ];
}

/** What the budget does, at its field. */
export const BUDGET_HINT =
  "Empty: no budget. When the month has cost so much, what can wait waits, and with 0 always: copies without metadata for links that nobody has asked for yet. New photos, links and deletions go on.";

/** What waits while the budget is spent, until when, and that no photo does; `where` it can be raised. At 0 no month's end helps. */
export function pauseText({ budget, pause }: Pick<Cost, "budget" | "pause">, where: string): string | undefined {
  if (!pause || budget.usd === null) return undefined;
  const day = dateName(utcDay(pause.until));
  const why = budget.usd === 0 ? "The budget is 0." : `This month’s budget of ${formatMoney(budget.usd)} is spent.`;
  const until = budget.usd === 0 ? "until" : `until ${day}, or until`;
  return (
    `${why} Copies without metadata for links wait ${until} the budget is raised ${where}. ` +
    "A copy that somebody asks for is made all the same, and new photos are taken in as ever."
  );
}

/** How the numbers come about. */
export const HOW =
  "Files, requests of Tintype and the time of functions are counted. What browsers fetch is reckoned by the addresses that they were given, at 20 kB for a thumbnail, 350 kB for a preview and an original’s mean size: they keep pictures, so it may be less. Links count each file with its own size, and are never more than the whole. " +
  "Old versions of files that the store still keeps, and taxes, are not in it. The rest of the month is taken to go on as it began.";
