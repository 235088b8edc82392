/**
 * Our own lint rules, loaded by oxlint (ESLint's plugin shape). Plain JavaScript, because Node 20 loads no TypeScript.
 *
 * @import { Node, Program } from "oxc-parser"
 * @import { Comment } from "./comment.js"
 * @typedef {{ getCommentsBefore(node: Node): Comment[], getAllComments(): Comment[] }} SourceCode
 * @typedef {{ node?: unknown, loc?: unknown, message: string }} Found
 * @typedef {{ filename: string, sourceCode: SourceCode, report(found: Found): void }} Context
 */
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { unguarded } from "./allow.js";
import { verdict } from "./boundary.js";
import { longRemarks, undocumented, unreasoned } from "./comment.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Imports go along the dependency direction of boundary.js. */
const boundary = {
  /** @param {Context} context */
  create(context) {
    const file = path(context);
    /** @param {Node} node @param {Node | null} source @param {boolean} typeOnly */
    const check = (node, source, typeOnly) => {
      if (source?.type !== "Literal" || typeof source.value !== "string") return;
      const message = verdict({ file, specifier: source.value, typeOnly });
      if (message !== undefined) context.report({ node, message });
    };
    return {
      /** @param {Extract<Node, { type: "ImportDeclaration" }>} node */
      ImportDeclaration: (node) => check(node, node.source, node.importKind === "type"),
      /** @param {Extract<Node, { type: "ExportNamedDeclaration" }>} node */
      ExportNamedDeclaration: (node) => check(node, node.source, node.exportKind === "type"),
      /** @param {Extract<Node, { type: "ExportAllDeclaration" }>} node */
      ExportAllDeclaration: (node) => check(node, node.source, node.exportKind === "type"),
      /** @param {Extract<Node, { type: "ImportExpression" }>} node */
      ImportExpression: (node) => check(node, node.source, false),
      /** @param {Extract<Node, { type: "TSImportType" }>} node */
      TSImportType: (node) => check(node, node.source, true),
    };
  },
};

/** Every exported function of core that writes asks `allow(ctx, …)` in its first statement. */
const allowFirst = {
  /** @param {Context} context */
  create(context) {
    return {
      /** @param {Program} program */
      Program(program) {
        for (const { name, node } of unguarded(program)) {
          context.report({ node, message: `"${name}" writes: its first statement must be allow(ctx, permission, target)` });
        }
      },
    };
  },
};

/** Exported functions have a doc comment: shapes, units, errors. */
const documented = {
  /** @param {Context} context */
  create(context) {
    return {
      /** @param {Program} program */
      Program(program) {
        for (const { name, node } of undocumented(program, (at) => context.sourceCode.getCommentsBefore(at))) {
          context.report({ node, message: `"${name}" is exported: say in a doc comment what it takes, gives and throws` });
        }
      },
    };
  },
};

/** A remark says why, in three lines or fewer; so does a directive that switches a rule off. */
const brief = {
  /** @param {Context} context */
  create(context) {
    return {
      Program() {
        const comments = context.sourceCode.getAllComments();
        for (const { loc } of longRemarks(comments)) context.report({ loc, message: "a remark says why, in three lines or fewer" });
        for (const { loc } of unreasoned(comments)) context.report({ loc, message: "say why the rule is switched off: -- reason" });
      },
    };
  },
};

/** @param {Context} context */
function path(context) {
  return relative(ROOT, context.filename).replaceAll("\\", "/");
}

export default { meta: { name: "tintype" }, rules: { boundary, "allow-first": allowFirst, documented, brief } };
