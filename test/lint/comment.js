/**
 * What comments are held to: a function that others call says what it takes and gives, a remark says why in three lines,
 * and who switches a rule off says why.
 *
 * @import { Node, Program } from "oxc-parser"
 * @typedef {{ type: string, value: string, loc: { start: { line: number, column: number }, end: { line: number } } }} Comment
 */
import { functionsOf } from "./allow.js";

const REMARK_LINES = 3;

/**
 * The exported functions without a doc comment right above them; an overloaded one is documented at its overloads.
 *
 * @param {Program} program
 * @param {(node: Node) => readonly Comment[]} commentsBefore
 * @returns {{ name: string, node: Node }[]}
 */
export function undocumented(program, commentsBefore) {
  const statements = program.body.filter((statement) => statement.type === "ExportNamedDeclaration");
  const overloaded = statements.flatMap(({ declaration }) => (declaration?.type === "TSDeclareFunction" ? [declaration.id?.name] : []));
  return statements
    .filter((statement) => commentsBefore(statement).at(-1)?.value.startsWith("*") !== true)
    .flatMap((statement) => functionsOf(statement.declaration))
    .filter(({ name }) => !overloaded.includes(name));
}

/**
 * The directives that switch a rule off without a reason (`-- why`).
 *
 * @param {readonly Comment[]} comments
 * @returns {Comment[]}
 */
export function unreasoned(comments) {
  return comments.filter(({ value }) => /^\s*(?:oxlint|eslint)-disable/u.test(value) && !/ -- \S/u.test(value));
}

/**
 * The first line of each remark (`//`) of more than three lines.
 *
 * @param {readonly Comment[]} comments
 * @returns {Comment[]}
 */
export function longRemarks(comments) {
  const remarks = comments.filter(({ type }) => type === "Line");
  /** @param {number} i */
  const follows = (i) => {
    const [before, here] = [remarks[i - 1], remarks[i]];
    return before !== undefined && here !== undefined && before.loc.end.line + 1 === here.loc.start.line;
  };
  return remarks.filter((_, i) => !follows(i) && Array.from({ length: REMARK_LINES }, (__, step) => i + step + 1).every(follows));
}
