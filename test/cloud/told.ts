import type { Graph, Resource } from "./graph.ts";
import { byName, createSymbols, nameOf } from "./symbol.ts";

/** Made once in a process, so that of many deployments the first alone would have it. */
const ONCE = new Set(["LambdaEncryptionKey", "AwsProvider.sst.us-east-1"]);
/** In which an element of a list is called by what it says of itself, so that one more is no change of those behind it. */
const CALLED = ["name", "id", "key", "header", "prefix", "notificationType"];

/** In letters. */
const LONG = 300;

/** A part of what is told: a resource, and a line for each of its properties that begins with where in it that is. */
export type Block = { head: string; lines: readonly string[] };

/** All that a deployment of a stage would ask for, in an order of its own. */
export function tell(graph: Graph, stage: string): Block[] {
  const write = createSymbols(graph, stage);
  const around: [string, unknown][] = [
    ["app", graph.app],
    ["outputs", graph.outputs],
    ...graph.builds
      .map(({ functionID, ...build }): [string, unknown] => [`build ${nameOf(functionID)}`, build])
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  ];
  const resources = graph.resources.filter((resource) => !ONCE.has(resource.name) && !isGroup(resource));
  const blocks = [
    ...around.map(([head, value]) => ({ head, lines: linesOf(value, (text) => write("", text)) })),
    ...resources.toSorted(byName).map((resource) => tellOne(resource, (text) => write(resource.name, text))),
  ];
  // Those that differ in a hash alone.
  const before = (n: number) => blocks.slice(0, n).filter(({ head }) => head === blocks[n]?.head).length;
  return blocks.map(({ head, lines }, n) => ({ head: before(n) === 0 ? head : `${head} #${before(n) + 1}`, lines }));
}

/** As it stands in a file. */
export function asText(blocks: readonly Block[]): string {
  return blocks.map(({ head, lines }) => [head, ...lines.map((line) => `  ${line}`), ""].join("\n")).join("\n");
}

/** What is in `other` and not in `base`, or is there in another way: each line that is gone with `-`, each that is new with `+`. */
export function differ(base: readonly Block[], other: readonly Block[]): Block[] {
  const [before, after] = [base, other].map((blocks) => new Map(blocks.map(({ head, lines }) => [head, lines])));
  return [...new Set([...base, ...other].map(({ head }) => head))].toSorted().flatMap((head) => {
    const [old, now] = [before?.get(head), after?.get(head)];
    const gone = (old ?? []).filter((line) => now?.includes(line) !== true).map((line) => `- ${line}`);
    const added = (now ?? []).filter((line) => old?.includes(line) !== true).map((line) => `+ ${line}`);
    if (old && now) return gone.length + added.length === 0 ? [] : [{ head: `  ${head}`, lines: [...gone, ...added] }];
    return [{ head: `${old ? "-" : "+"} ${head}`, lines: [...gone, ...added] }];
  });
}

/** SST's own, in which it keeps others together. No provider is asked for it. */
function isGroup({ type, props }: Resource): boolean {
  return /^(?:sst|pulumi):/u.test(type) && Object.keys(props).length === 0;
}

function tellOne(
  { type, name, props, isProtected, isRetained, after, secrets, options }: Resource,
  write: (text: string) => string,
): Block {
  const needed = after.filter((other) => !ONCE.has(other)).map(nameOf);
  return {
    head: `${nameOf(name)} (${type})`,
    lines: [
      ...(needed.length > 0 ? [`after ${[...new Set(needed)].toSorted().join(" ")}`] : []),
      ...linesOf({ ...options, ...(isProtected && { isProtected }), ...(isRetained && { isRetained }) }, write).map(
        (line) => `option ${line}`,
      ),
      ...linesOf(props, write, secrets),
    ],
  };
}

/** A line for each value in it; what is JSON is told by what it says, and what the state has encrypted is marked. */
function linesOf(value: unknown, write: (text: string) => string, secrets: readonly string[] = []): string[] {
  /** `path` is how it is told where this stands, `at` how the list of secrets has it. */
  const walk = (each: unknown, path: string, at: string, isHidden: boolean): string[] => {
    const hidden = isHidden || secrets.includes(at);
    const mark = hidden ? " (secret)" : "";
    const below = (key: string, inner: unknown, step: string) =>
      walk(inner, path === "" ? step.replace(/^\./u, "") : path + step, at === "" ? key : `${at}.${key}`, hidden);
    if (typeof each === "string") {
      const parsed = parse(each);
      return parsed ? walk(parsed, `${path}(json)`, "no secrets below", hidden) : textLines(write(each), mark).map((line) => path + line);
    }
    if (!isObject(each) || Object.keys(each).length === 0) return [`${path} = ${JSON.stringify(each)}${mark}`];
    if (!Array.isArray(each)) {
      const keys = Object.keys(each).toSorted();
      return keys.flatMap((key) => below(key, each[key], `.${write(key)}`));
    }
    const isPlain = !each.some((inner, n) => isObject(inner) || secrets.includes(`${at}.${n}`));
    if (isPlain) return [`${path} = ${write(JSON.stringify(each))}${mark}`];
    return each.flatMap((inner, n) => below(String(n), inner, `[${write(called(each, n))}]`));
  };
  return isObject(value) && Object.keys(value).length === 0 ? [] : walk(value, "", "", false);
}

/** Lists too. */
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

/** What an element of a list is called by. */
function called(list: readonly unknown[], n: number): string {
  const key = CALLED.find((known) => {
    const names = list.map((each) => (isObject(each) ? each[known] : undefined));
    return names.every((name) => typeof name === "string") && new Set(names).size === names.length;
  });
  const one = list[n];
  return String(key !== undefined && isObject(one) ? one[key] : n);
}

function parse(text: string): unknown {
  if (!/^[[{]/u.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A longer text is a block of its own: a line for each of its own, and for each statement of one that nobody could compare with another. */
function textLines(text: string, mark: string): string[] {
  const isLong = text.length > LONG;
  if (!isLong && !text.includes("\n")) return [` = ${quoted(text)}${mark}`];
  const lines = text.split("\n").flatMap((line) => (line.length > LONG ? line.split(/(?<=[;{}])/u) : [line]));
  return lines.map((line) => `${mark} | ${line.trimEnd()}`.trimEnd());
}

/** Bare where it could be nothing but text. */
function quoted(text: string): string {
  return /^(?:[\d"[{]|true$|false$|null$|$)|^\s|\s$/u.test(text) ? JSON.stringify(text) : text;
}
