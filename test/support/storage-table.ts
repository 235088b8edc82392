import type { Capabilities, SetUp } from "@tintype/core/storage";
import { CHECKS, DUTIES } from "@tintype/core/storage";
import { checkMeaning, checkTitle } from "../../packages/web/src/feature/settings/storage-words.ts";

/** What the head of the table's first column says. */
const HEAD = "What a store may do";
const MEANING = "Where it does not";

/** Two duties that no check stands for, and what it means where the store does not do them. */
const KEPT = {
  uploads: "Tintype drops them itself.",
  versions: "Originals that are overwritten or removed are gone: only a backup has them.",
} as const;

type Row = { title: string; meaning: string; of: (found: Found) => string };

/** What was found of a store. */
export type Found = { capabilities: Capabilities; setUp: SetUp };

const ROWS: readonly Row[] = [
  ...Object.entries(CHECKS).map(([name, title]) => ({
    title: checkTitle({ name, title, answer: "no", detail: "" }),
    meaning: checkMeaning({ name, title, answer: "no", detail: "" }),
    of: ({ capabilities }: Found) => new Map(Object.entries(capabilities.checks)).get(name)?.answer ?? "unknown",
  })),
  ...(["uploads", "versions"] as const).map((duty) => ({
    title: DUTIES[duty],
    meaning: KEPT[duty],
    of: ({ setUp }: Found) => (setUp[duty].state === "done" ? "yes" : "no"),
  })),
];

/**
 * A document whose table says of these stores, by name, what was found. `names` are all that have a column, in their order: one that was not
 * looked at now keeps what it has. Throws when there is no table.
 */
export function withFound(document: string, names: readonly string[], found: ReadonlyMap<string, Found>): string {
  const lines = document.split("\n");
  const start = lines.findIndex((line) => line.startsWith(`| ${HEAD}`));
  if (start === -1) throw new Error(`the document has no table "${HEAD}"`);
  const length = lines.slice(start).findIndex((line) => !line.startsWith("|"));
  const [head = [], , ...before] = lines.slice(start, start + length).map(cellsOf);
  const known = (title: string, name: string): string => before.find(([first]) => first === title)?.[head.indexOf(name)] ?? "";
  const cells = (row: Row): string[] =>
    names.map((name) => {
      const here = found.get(name);
      return here === undefined ? known(row.title, name) : row.of(here);
    });
  const table = [[HEAD, ...names, MEANING], ...ROWS.map((row) => [row.title, ...cells(row), row.meaning])];
  lines.splice(start, length, ...drawn(table));
  return lines.join("\n");
}

function cellsOf(line: string): string[] {
  return line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());
}

/** As the formatter draws it. */
function drawn(table: readonly (readonly string[])[]): string[] {
  const widths = (table[0] ?? []).map((_, i) => Math.max(...table.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]): string => `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(" | ")} |`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  const [head = [], ...rest] = table;
  return [line(head), rule, ...rest.map(line)];
}
