/**
 * Who may import whom: the one table of the dependency direction. Pure functions of a file's path and an import's specifier,
 * so that the rule works in an editor and is tested as a table.
 *
 * @typedef {{ file: string, specifier: string, typeOnly: boolean }} Import `file` is relative to the repository, with `/`.
 */

/** Core's domains, lowest layer first; a domain imports from its own layer or a lower one. */
const LAYERS = [
  ["kernel", "columns", "geometry", "date", "price"],
  ["storage", "account"],
  ["audit"],
  ["asset", "credential"],
  ["media"],
  ["library", "timeline", "strip", "places", "people", "memories"],
  ["session"],
  ["grant", "album", "mark", "reference"],
  ["upload", "share", "guest", "stripped", "quota", "member"],
  ["collection", "usage"],
  ["ingest", "staging", "trash", "search"],
  ["transfer"],
  ["admin", "doctor"],
];

const CORE_PACKAGES = ["@noble/hashes", "@photostructure/tz-lookup", "drizzle-orm", "zod"];

/** Web's folders, lowest first; below the features nothing knows of them. `grid` and `upload` are engines in plain TypeScript. */
const WEB_LAYERS = [["lib"], ["grid", "upload", "ui"], ["feature"]];
const ENGINES = ["grid", "upload"];

/** What only adapters and entries may touch. */
const IO_PACKAGES = [
  "@aws-sdk",
  "@electric-sql/pglite",
  "@hono/node-server",
  "@neondatabase/serverless",
  "@xmldom/xmldom",
  "exifreader",
  "libheif-js",
  "mediabunny",
  "pg",
  "sharp",
];

/** The resources of a deployment, which sst.config.ts puts together. */
const INFRA = "packages/functions/infra/";
/** What may be set of it, which `tintype deploy check` and it both read. */
const SETTING = "packages/functions/src/cli/deploy-setting.ts";

const SOURCE = /^packages\/[^/]+\/src\//u;
const TEST = /\.(?:test|spec)\.tsx?$/u;

/**
 * The sentence that says why this import is not allowed, or undefined when it is.
 *
 * @param {Import} found
 * @returns {string | undefined}
 */
export function verdict(found) {
  const { file } = found;
  if (resolve(found)?.startsWith(INFRA) === true || file.startsWith(INFRA)) return infra(found);
  if (!SOURCE.test(file)) return undefined;
  const [, name = "", , area = ""] = file.split("/");
  const target = resolve(found);
  if (name === "core" && target !== undefined && !target.startsWith(`packages/core/src/${area}/`)) {
    return `reach another domain through its door ("#name" or "#name/table"), not "${found.specifier}"`;
  }
  if (TEST.test(file)) return undefined;
  if (target !== undefined && !target.startsWith(`packages/${name}/src/`)) return "reach another package by its name";
  if (name === "core") return core(found, area);
  if (name === "s3") return s3(found);
  if (name === "web") return web(found, area, target?.split("/")[3] ?? "");
  if (name === "functions") return functions(found, area, target?.split("/")[3]);
  return undefined;
}

/** @param {Import} found */
function infra({ file, specifier }) {
  if (file === "sst.config.ts") return undefined;
  if (!file.startsWith(INFRA)) return "only sst.config.ts imports what is deployed where";
  const target = resolve({ file, specifier, typeOnly: false });
  const own = specifier.startsWith("node:") || target?.startsWith(INFRA) === true || target === SETTING;
  return own ? undefined : "infra describes resources with what SST gives it: it imports only node: and its own files";
}

/** @param {Import} found @param {string} from */
function core({ specifier, typeOnly }, from) {
  if (specifier.startsWith(".")) return undefined;
  if (!specifier.startsWith("#")) {
    return owns(CORE_PACKAGES, specifier) ? undefined : `core is pure: of packages it imports only ${CORE_PACKAGES.join(", ")}`;
  }
  const to = specifier.slice(1).split("/")[0] ?? "";
  if (to === from) return "inside a domain import the file, not the domain's own door";
  // Ctx bundles the ports, so the kernel may name the store's type; nothing of it remains at run time.
  if (from === "kernel" && to === "storage" && typeOnly) return undefined;
  const unknown = [from, to].find((domain) => layer(domain) < 0);
  if (unknown !== undefined) return `"${unknown}" has no layer: add it to LAYERS in test/lint/boundary.js`;
  return layer(to) <= layer(from) ? undefined : `"${from}" lies below "${to}" and may not import it`;
}

/** @param {Import} found */
function s3({ specifier }) {
  const own = specifier.startsWith("node:") || specifier.startsWith(".");
  return own ? undefined : "packages/s3 stands alone: it imports only node: and its own files";
}

/** @param {Import} found @param {string} from @param {string} to the folder of web that a relative import reaches, else empty */
function web({ specifier, typeOnly }, from, to) {
  if (specifier.startsWith("node:")) return "web runs in a browser: no node: modules";
  if (owns(["@tintype/s3"], specifier)) return "web knows the store only through signed requests";
  if (owns(["@tintype/functions"], specifier) && !typeOnly) return "web takes only types from functions (import type)";
  if (ENGINES.includes(from) && owns(["react", "react-dom", "wouter"], specifier)) {
    return `"${from}" is plain TypeScript: no framework inside`;
  }
  const [own = -1, other = -1] = [from, to].map((area) => WEB_LAYERS.findIndex((areas) => areas.includes(area)));
  return own >= 0 && other > own ? `"${from}" lies below "${to}" and may not import it` : undefined;
}

/** @param {Import} found @param {string} from @param {string | undefined} to the folder of functions that a relative import reaches */
function functions({ specifier }, from, to) {
  if (from === "entry") return undefined;
  if (to === "entry") return "nothing imports an entry";
  if (owns(["@tintype/s3"], specifier) && specifier !== "@tintype/s3/lock") return "only an entry starts the S3 server";
  if (specifier === "node:process") return "only an entry reads the process and its environment";
  if (from === "adapters") return to === "api" || to === "jobs" ? "an adapter knows no callers: it implements a port of core" : undefined;
  if (from === "cli") return command(specifier, to);
  if (from !== "api" && from !== "jobs") return "functions has five folders: api, jobs, cli, adapters and entry";
  if (to === "adapters") return `${from} gets its adapters from an entry, through the ports`;
  if (from === "api" && to === "jobs") return "api enqueues jobs, it does not call them";
  const io = specifier.startsWith("node:") || owns(IO_PACKAGES, specifier);
  return io ? `${from} runs on every runtime: put this behind a port, in adapters` : undefined;
}

/** @param {string} specifier @param {string | undefined} to */
function command(specifier, to) {
  if (to === "api" || to === "jobs") return "a command is a caller of core like them: it knows neither api nor jobs";
  const io = (specifier.startsWith("node:") && specifier !== "node:util") || owns(IO_PACKAGES, specifier);
  return io ? "a command parses its arguments (node:util) and leaves IO to adapters" : undefined;
}

/**
 * The file that a relative import names, relative to the repository.
 *
 * @param {Import} found
 * @returns {string | undefined}
 */
function resolve({ file, specifier }) {
  if (!specifier.startsWith(".")) return undefined;
  return decodeURI(new URL(specifier, `file:///${file}`).pathname).slice(1);
}

/** @param {string} domain */
function layer(domain) {
  return LAYERS.findIndex((domains) => domains.includes(domain));
}

/** @param {readonly string[]} packages @param {string} specifier */
function owns(packages, specifier) {
  return packages.some((name) => specifier === name || specifier.startsWith(`${name}/`));
}
