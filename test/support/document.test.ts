import type { Api } from "@tintype/functions/api";
import { describe, expect, it } from "vitest";
import { mustConform } from "./document.ts";

const Thing = { type: "object", properties: { id: { type: "string" }, size: { type: ["integer", "null"] } }, required: ["id"] };
const DOCUMENT = {
  paths: {
    "/things/{id}": {
      get: { responses: { 200: { content: { "application/json": { schema: { $ref: "#/components/schemas/Thing" } } } }, 204: {} } },
    },
  },
  components: { schemas: { Thing } },
};

/** Only what is asked of an app here. */
const app = { getOpenAPI31Document: () => structuredClone(DOCUMENT) } as unknown as Api;
const check = (body: object, init: ResponseInit = {}) => mustConform(app, "GET", "/things/7?all=1", Response.json(body, init));

describe("an answer", () => {
  it("may be what the document tells, or of no route in it", async () => {
    for (const body of [{ id: "7" }, { id: "7", size: null }]) await expect(check(body)).resolves.toBeUndefined();
    await expect(mustConform(app, "GET", "/things/7", new Response(null, { status: 204 }))).resolves.toBeUndefined();
    await expect(mustConform(app, "GET", "/elsewhere", Response.json({ any: "thing" }))).resolves.toBeUndefined();
  });

  it.each([
    ["a field that is not told of", { id: "7", codec: "hevc" }, {}],
    ["a field that is missing", { size: 1 }, {}],
    ["a field of another type", { id: "7", size: "1" }, {}],
    ["a status that is not told of", { id: "7" }, { status: 404 }],
    ["another media type", { id: "7" }, { headers: { "content-type": "text/plain" } }],
  ])("may not have %s", async (_, body, init) => {
    await expect(check(body, init)).rejects.toThrow("GET /things/7?all=1 answers");
  });
});
