import { jsonOf, useApi } from "@tintype/test/api";
import { brokenFrom, pathParts, type Source, valuesOf, wellFormed } from "@tintype/test/arbitrary";
import { type Canary, toldIn } from "@tintype/test/canary";
import { hiddenFrom } from "@tintype/test/hidden";
import { tokenOf } from "@tintype/test/holders";
import { shareFiles } from "@tintype/test/link";
import { ROWS } from "@tintype/test/matrix";
import { PRINCIPALS } from "@tintype/test/rules";
import { useStore } from "@tintype/test/store";
import { type Undoable, undoable } from "@tintype/test/undo";
import { openWorld, type World } from "@tintype/test/world";
import fc from "fast-check";
import { beforeAll, expect, it } from "vitest";
import { createQueue } from "../adapters/queue-postgres.ts";

const RUNS = 14;
/** The same requests in every run; schemathesis draws others (test/heavy). */
const SEED = 20_261_129;

/** In place of the token of a link: that of whoever asks. */
const TOKEN = "TOKEN";

/** Whoever is not refused at the door asks half of the time. */
const WITH_THINGS = ["unlocked", "admin", "editor", "key sharing"] as const;
const HOLDERS_OF_OPEN = ["link", "right"] as const;

type Media = { schema: Record<string, unknown> };
type Parameter = { name: string; in: string; required?: boolean; schema: Record<string, unknown> };
type Operation = { parameters?: Parameter[]; requestBody?: { content: Record<string, Media> } };
type Document = { paths: Record<string, Record<string, Operation>>; components: { schemas: Record<string, Record<string, unknown>> } };

const store = useStore();
const hook = { tokenSha256: new Uint8Array(32), bucket: "photos" };
const publicStore = () => ({ origin: "http://store.test", sign: store().sign });
const api = useApi((system) => {
  library = undoable(system.db);
  const { db } = library;
  return { db, queue: createQueue(db), store: store(), publicStore, hook, web: shareFiles };
});

let library: Undoable;
let world: World;
let document: Document;
let source: Source;

beforeAll(async () => {
  world = await openWorld(api(), store());
  const { things } = world;
  document = await jsonOf(world.browsers.admin.get("/api/openapi.json"));
  const { loose, shared, locked, binned, held, album, uploadId, linkId, viewerId, account, invite } = things;
  const ids = [...[loose, shared, locked, binned, held, album, account, invite].map(({ id }) => id), uploadId, linkId, viewerId];
  ids.push(account.sessionId, account.passkeyId, account.keyId);
  source = { components: document.components.schemas, ids };
});

/** A request to this route: mostly as its document tells, else broken somewhere. */
function requestsTo(path: string, { parameters = [], requestBody }: Operation): fc.Arbitrary<{ url: string; body: unknown }> {
  const parts = path.split("/").map((part) => {
    if (part === "{token}") return fc.oneof({ weight: 9, arbitrary: fc.constant(TOKEN) }, pathParts(source));
    return part.startsWith("{") ? pathParts(source) : fc.constant(part);
  });
  const query = fc.record(
    Object.fromEntries(
      parameters.filter((each) => each.in === "query").map(({ name, schema }) => [name, orBroken(valuesOf(schema, source))]),
    ),
    { requiredKeys: [] },
  );
  const schema = requestBody?.content["application/json"]?.schema;
  const body = schema ? orBroken(valuesOf(schema, source)) : fc.constant(undefined);
  return fc.tuple(fc.tuple(...parts), query, body).map(([names, asked, sent]) => ({ url: names.join("/") + queryOf(asked), body: sent }));
}

function orBroken(values: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 3, arbitrary: values }, { weight: 2, arbitrary: brokenFrom(values) });
}

function queryOf(asked: Record<string, unknown>): string {
  const given = Object.entries(asked).filter(([, value]) => value !== undefined);
  if (given.length === 0) return "";
  const text = (value: unknown): string => wellFormed(typeof value === "string" ? value : JSON.stringify(value));
  return `?${given.map(([name, value]) => `${name}=${encodeURIComponent(text(value))}`).join("&")}`;
}

/** What of this whoever asks has not said themselves. */
function unasked(canaries: readonly Canary[], url: string, body: unknown): Canary[] {
  const asked = Buffer.from(`${url}${JSON.stringify(body) ?? ""}`);
  return canaries.filter(({ forms }) => !forms.some((form) => asked.includes(form)));
}

it("answers every route of its document as that tells, whoever asks whatever of it, never with a failure of its own, and tells nobody what is not theirs to know", async () => {
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  const failures: string[] = [];
  for (const { path, method, operation } of operations) {
    const { tellsAdmin = [] } = ROWS[`${method} ${path.replaceAll(/\{(\w+)\}/gu, ":$1")}`] ?? {};
    const mostly = path.startsWith("/s/") ? HOLDERS_OF_OPEN : WITH_THINGS;
    const whoever = fc.oneof(fc.constantFrom(...PRINCIPALS), fc.constantFrom(...mostly));
    const property = fc.asyncProperty(whoever, requestsTo(path, operation), async (who, { url: drawn, body }) => {
      const url = drawn.replace(TOKEN, tokenOf(who, world.tokens));
      const browser = world.browsers[who].copy();
      // The browser fails where an answer is not as the document tells.
      const answer = await library.undone(() => (method === "GET" ? browser.get(url) : browser.send(method, url, body)));
      if (answer.status >= 500) throw new Error(`${method} ${url} answers ${answer.status}`);
      const hidden = hiddenFrom(who, path.startsWith("/s/"), world.things).filter(
        ({ what }) => !who.includes("admin") || !tellsAdmin.includes(what),
      );
      const told = await toldIn(answer, unasked(hidden, url, body));
      if (told.length > 0) throw new Error(`${method} ${url} tells ${told.join()}`);
    });
    const { failed, counterexample, errorInstance } = await fc.check(property, { numRuns: RUNS, seed: SEED });
    if (failed) failures.push(`${method} ${path}: ${String(errorInstance)} ${JSON.stringify(counterexample)}`);
  }
  expect(failures).toEqual([]);
  const bugs = api().lines.filter(({ event }) => event === "bug");
  expect(bugs).toEqual([]);
}, 120_000);
