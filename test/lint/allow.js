/**
 * "The first statement of every write is allow(ctx, …)": finds the exported functions of a core file that write without asking.
 *
 * @import { CallExpression, Function as Fn, ArrowFunctionExpression, Node, Program } from "oxc-parser"
 * @typedef {Fn | ArrowFunctionExpression} AnyFunction
 */

/** Calls that write, by the thing that they are called on: `ctx.db.insert(…)`, `store.multipart.create(…)`, `ctx.queue.enqueue(…)`. */
const WRITES = [
  { on: "db", calls: ["insert", "update", "delete", "tx", "execute"] },
  { on: "tx", calls: ["insert", "update", "delete", "tx", "execute"] },
  { on: "store", calls: ["put", "copy", "remove"] },
  { on: "multipart", calls: ["create", "complete", "abort"] },
  { on: "queue", calls: ["enqueue"] },
];

/**
 * Names and nodes of the exported functions that write and whose first statement is not `allow(ctx, …)`.
 * A function writes when its body does, or when it calls a function of the same file that does.
 *
 * @param {Program} program
 * @returns {{ name: string, node: AnyFunction }[]}
 */
export function unguarded(program) {
  const functions = topLevelFunctions(program);
  const writers = new Set(functions.filter(({ node }) => writesItself(node)).map(({ name }) => name));
  for (let size = -1; size !== writers.size;) {
    size = writers.size;
    for (const { name, node } of functions) if (callsAny(node, writers)) writers.add(name);
  }
  return functions.filter(({ name, node, exported }) => exported && writers.has(name) && !asksFirst(node));
}

/**
 * @param {Program} program
 * @returns {{ name: string, node: AnyFunction, exported: boolean }[]}
 */
function topLevelFunctions(program) {
  const listed = program.body.flatMap((statement) =>
    statement.type === "ExportNamedDeclaration" && statement.source === null
      ? statement.specifiers.map(({ local }) => (local.type === "Identifier" ? local.name : ""))
      : [],
  );
  return program.body.flatMap((statement) => {
    const exported = statement.type === "ExportNamedDeclaration" || statement.type === "ExportDefaultDeclaration";
    const declaration = exported ? statement.declaration : statement;
    return functionsOf(declaration).map((found) => ({ ...found, exported: exported || listed.includes(found.name) }));
  });
}

/**
 * The functions that a declaration makes: one, several (`const a = () => …, b = () => …`) or none.
 *
 * @param {Node | null} declaration
 * @returns {{ name: string, node: AnyFunction }[]}
 */
export function functionsOf(declaration) {
  if (declaration?.type === "FunctionDeclaration") return [{ name: declaration.id?.name ?? "default", node: declaration }];
  if (declaration?.type !== "VariableDeclaration") return [];
  return declaration.declarations.flatMap(({ id, init }) => {
    const isFunction = init?.type === "ArrowFunctionExpression" || init?.type === "FunctionExpression";
    return isFunction && id.type === "Identifier" ? [{ name: id.name, node: init }] : [];
  });
}

/** @param {AnyFunction} node */
function asksFirst(node) {
  const first = node.body?.type === "BlockStatement" ? node.body.body[0] : undefined;
  if (first?.type !== "ExpressionStatement" || first.expression.type !== "CallExpression") return false;
  const { callee, arguments: given } = first.expression;
  const [ctx] = given;
  return callee.type === "Identifier" && callee.name === "allow" && ctx?.type === "Identifier" && ctx.name === "ctx";
}

/** @param {AnyFunction} node */
function writesItself(node) {
  return some(node.body, (call) => {
    const [name, on] = path(call.callee);
    return WRITES.some((write) => write.on === on && write.calls.includes(name ?? ""));
  });
}

/** @param {AnyFunction} node @param {ReadonlySet<string>} names */
function callsAny(node, names) {
  return some(node.body, (call) => call.callee.type === "Identifier" && names.has(call.callee.name));
}

/**
 * The last names of a call's path, innermost first: `ctx.db.insert` is ["insert", "db", "ctx"].
 *
 * @param {Node} node
 * @returns {string[]}
 */
function path(node) {
  if (node.type === "Identifier") return [node.name];
  if (node.type === "ChainExpression" || node.type === "TSNonNullExpression") return path(node.expression);
  if (node.type !== "MemberExpression" || node.property.type !== "Identifier") return [];
  return [node.property.name, ...path(node.object)];
}

/**
 * True when `test` holds for a call anywhere below `node`.
 *
 * @param {unknown} node
 * @param {(call: CallExpression) => boolean} test
 * @returns {boolean}
 */
function some(node, test) {
  if (Array.isArray(node)) return node.some((child) => some(child, test));
  if (!isNode(node)) return false;
  if (node.type === "CallExpression" && test(node)) return true;
  return Object.entries(node).some(([key, child]) => key !== "parent" && some(child, test));
}

/**
 * @param {unknown} value
 * @returns {value is Node}
 */
function isNode(value) {
  return typeof value === "object" && value !== null && "type" in value;
}
