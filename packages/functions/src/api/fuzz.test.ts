import { jsonOf, useApi } from "@tintype/test/api";
import { brokenFrom, pathParts, type Source, valuesOf, wellFormed } from "@tintype/test/arbitrary";
import { useStore } from "@tintype/test/store";
import { openWorld, type World } from "@tintype/test/world";
import fc from "fast-check";
import { beforeAll, expect, it } from "vitest";

const RUNS = 12;
/** The same requests in every run; schemathesis draws others (test/heavy). */
const SEED = 20_261_129;

/** Who asks: each kind of person that routes tell apart. */
const WHO = ["anonymous", "editor", "unlocked", "admin"] as const;

type Media = { schema: Record<string, unknown> };
type Parameter = { name: string; in: string; required?: boolean; schema: Record<string, unknown> };
type Operation = { parameters?: Parameter[]; requestBody?: { content: Record<string, Media> } };
type Document = { paths: Record<string, Record<string, Operation>>; components: { schemas: Record<string, Record<string, unknown>> } };

const store = useStore();
const hook = { tokenSha256: new Uint8Array(32), bucket: "photos" };
const api = useApi(() => ({ store: store(), publicStore: () => ({ origin: "http://store.test", sign: store().sign }), hook }));

let world: World;
let document: Document;
let source: Source;

beforeAll(async () => {
  world = await openWorld(api(), store());
  const { things } = world;
  document = await jsonOf(world.browsers.admin.get("/api/openapi.json"));
  const ids = [things.loose.id, things.shared.id, things.locked.id, things.binned.id, things.album.id, things.uploadId];
  source = { components: document.components.schemas, ids };
});

/** A request to this route: mostly as its document tells, else broken somewhere. */
function requestsTo(path: string, { parameters = [], requestBody }: Operation): fc.Arbitrary<{ url: string; body: unknown }> {
  const parts = path.split("/").map((part) => (part.startsWith("{") ? pathParts(source) : fc.constant(part)));
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

it("answers every route of its document as that tells, whoever asks whatever of it, and never with a failure of its own", async () => {
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  const failures: string[] = [];
  for (const { path, method, operation } of operations) {
    let isSignedOut = false;
    const property = fc.asyncProperty(fc.constantFrom(...WHO), requestsTo(path, operation), async (who, { url, body }) => {
      const browser = world.browsers[who];
      // The browser fails where an answer is not as the document tells.
      const answer = await (method === "GET" ? browser.get(url) : browser.send(method, url, body));
      isSignedOut ||= answer.status === 401 && who !== "anonymous";
      if (answer.status >= 500) throw new Error(`${method} ${url} answers ${answer.status}`);
    });
    const { failed, counterexample, errorInstance } = await fc.check(property, { numRuns: RUNS, seed: SEED });
    if (failed) failures.push(`${method} ${path}: ${String(errorInstance)} ${JSON.stringify(counterexample)}`);
    if (isSignedOut) await world.signInAgain();
  }
  expect(failures).toEqual([]);
  const bugs = api().lines.filter(({ event }) => event === "bug");
  expect(bugs).toEqual([]);
}, 120_000);
