import { Validator } from "@seriousme/openapi-schema-validator";
import { apiOn, browse, setUpOwner, useApi, type Browser } from "@tintype/test/api";
import { sql } from "drizzle-orm";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ANONYMOUS } from "./guard.ts";
import { AUTH_ROUTES } from "./session.ts";

const PAGES: Readonly<Record<string, string>> = {
  "/index.html": "<!doctype html>the app",
  "/assets/app-abc123.js": "code",
  "/icon.svg": "<svg/>",
};
const api = useApi(() => ({
  web: async (path) => (PAGES[path] === undefined ? undefined : new Response(PAGES[path], { headers: { "content-type": "text/html" } })),
}));
let owner: Browser;

beforeAll(async () => {
  owner = await setUpOwner(api());
});
beforeEach(() => {
  api().lines.length = 0;
});

describe("errors", () => {
  it("are problem documents with a stable code and the number of the request", async () => {
    const response = await owner.get("/api/nothing");
    expect(response.status).toBe(404);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toEqual({
      type: "about:blank",
      title: "Not found",
      status: 404,
      code: "not_found",
      detail: "There is nothing at this address.",
      requestId: response.headers.get("x-request-id"),
    });
  });

  it("name the field at fault and what is wrong with it", async () => {
    const response = await owner.send("POST", "/api/uploads/status", { ids: [crypto.randomUUID(), "x"] });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: "invalid", field: "ids.1", detail: expect.stringMatching(/^ids\.1: /u) });
  });

  it.each(["{", "", "[]", "null", '{"ids": [', "\u0000"])("call the body %j not valid", async (body) => {
    const response = await owner.send("POST", "/api/uploads/status", body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: "invalid" });
  });

  it("want JSON called JSON", async () => {
    const response = await owner.send("POST", "/api/uploads/status", "ids=1", { "content-type": "text/plain" });
    expect(response.status).toBe(415);
    expect(await response.json()).toMatchObject({ code: "unsupported_media_type", detail: expect.stringContaining("application/json") });
  });

  it("refuse a body above 1 MB before reading it as JSON", async () => {
    const huge = `{"ids":["${"x".repeat(1024 * 1024)}"]`;
    for (const headers of [{}, { "content-length": String(huge.length) }]) {
      const response = await owner.send("POST", "/api/uploads/status", huge, headers);
      expect(response.status).toBe(413);
      expect(await response.json()).toMatchObject({ code: "too_large" });
    }
  });

  it("say which methods an address answers", async () => {
    const response = await owner.send("PUT", "/api/uploads", {});
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("POST");
    expect(await response.json()).toMatchObject({ code: "method_not_allowed" });
    expect((await owner.send("DELETE", "/healthz")).status).toBe(405);
  });

  it("tell nothing of a bug, but log it with its stack under the number that the answer has", async () => {
    await api().db.execute(sql`alter table timeline_head rename to elsewhere`);
    const response = await owner.get("/api/timeline/geometry");
    await api().db.execute(sql`alter table elsewhere rename to timeline_head`);
    expect(response.status).toBe(500);
    const text = await response.text();
    expect(text).not.toMatch(/timeline_head|relation|select/u);
    const bug = api().lines.find(({ event }) => event === "bug");
    expect(bug).toMatchObject({
      level: "error",
      request: response.headers.get("x-request-id"),
      stack: expect.stringContaining("timeline_head"),
    });
  });
});

describe("every answer", () => {
  it("has a fresh request number, whatever the client sends", async () => {
    const numbers = await Promise.all(
      [1, 2].map(async () => (await owner.get("/healthz", { "x-request-id": "mine" })).headers.get("x-request-id")),
    );
    expect(new Set(numbers).size).toBe(2);
    for (const number of numbers) expect(number).toMatch(/^[0-9a-f-]{36}$/u);
  });

  it("leaves one line in the log: route instead of path, no query, no cookie", async () => {
    const id = crypto.randomUUID();
    const response = await owner.get(`/api/assets/${id}?signature=secret`);
    const lines = api().lines.filter(({ event }) => event === "request");
    expect(lines).toEqual([
      {
        level: "info",
        event: "request",
        request: response.headers.get("x-request-id"),
        method: "GET",
        route: "/api/assets/:id",
        status: 404,
        ms: expect.any(Number),
        bytes: (await response.arrayBuffer()).byteLength,
      },
    ]);
    expect(JSON.stringify(api().lines)).not.toMatch(/secret|tintype\.session/u);
  });

  it("is compressed for those who can read that", async () => {
    const plain = await owner.get("/api/openapi.json");
    const packed = await owner.get("/api/openapi.json", { "accept-encoding": "gzip" });
    expect(plain.headers.get("content-encoding")).toBeNull();
    expect(packed.headers.get("content-encoding")).toBe("gzip");
    const unpacked = new Response(packed.body?.pipeThrough(new DecompressionStream("gzip")));
    expect(await unpacked.text()).toBe(await plain.text());
  });
});

describe("an answer", () => {
  it("is kept by nobody unless it says so itself", async () => {
    const paths = ["/api/me", "/api/setup", "/api/auth/get-session", "/api/openapi.json", "/api/nothing", "/healthz"];
    for (const path of paths) expect([path, (await owner.get(path)).headers.get("cache-control")]).toEqual([path, "no-store"]);
    const status = await owner.send("POST", "/api/uploads/status", { ids: [crypto.randomUUID()] });
    expect(status.headers.get("cache-control")).toBe("no-store");
  });
});

describe("a mutation", () => {
  const send = (headers: Record<string, string>) => owner.send("POST", "/api/uploads/status", { ids: [crypto.randomUUID()] }, headers);

  it.each([[{}], [{ origin: "https://photos.test:3000" }], [{ "sec-fetch-site": "same-origin" }]])(
    "from our own page is let in: %j",
    async (headers) => {
      expect((await send(headers)).status).toBe(200);
    },
  );

  it("from another site cannot sign in or set up either", async () => {
    const evil = { origin: "https://evil.test" };
    for (const path of ["/api/auth/sign-in/email", "/api/auth/sign-out", "/api/setup"]) {
      const refused = await browse(api().app).send("POST", path, {}, evil);
      expect(refused.status).toBe(403);
      expect(await refused.json()).toMatchObject({ detail: expect.stringContaining("Open http://photos.test:3000 instead") });
    }
  });
});

describe("the OpenAPI document", () => {
  const document = async () =>
    (await (await owner.get("/api/openapi.json")).json()) as {
      openapi: string;
      paths: Record<string, Record<string, Operation>>;
    };
  type Operation = {
    summary?: string;
    security?: unknown[];
    requestBody?: object;
    responses: Record<string, { description: string; content?: Record<string, object> }>;
  };

  it("is valid OpenAPI 3.1", async () => {
    const spec = await document();
    expect(spec.openapi).toBe("3.1.0");
    expect(await new Validator().validate(spec)).toEqual({ valid: true });
  });

  it("has patterns that what they allow matches", async () => {
    const patterns = [...JSON.stringify(await document()).matchAll(/"pattern":("(?:[^"\\]|\\.)*")/gu)].map(([, text]) =>
      String(JSON.parse(text!)),
    );
    expect(patterns).toContain("^[0-9a-f]{64}$");
    for (const pattern of patterns) expect(pattern).not.toMatch(/\/[a-z]+$/u);
  });

  it("has every route that is mounted, and no other", async () => {
    const documented = Object.entries((await document()).paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method} ${path}`),
    );
    const mounted = api()
      .app.routes.filter(({ method }) => method !== "ALL")
      .map(({ method, path }) => `${method.toLowerCase()} ${path.replaceAll(/:(\w+)/gu, "{$1}")}`);
    expect(new Set(documented)).toEqual(new Set(mounted));
    expect(documented).toHaveLength(new Set(documented).size);
  });

  it("tells of every route what it does and how it fails", async () => {
    for (const [path, operations] of Object.entries((await document()).paths)) {
      for (const [method, { summary, responses, security, requestBody }] of Object.entries(operations)) {
        const codes = Object.keys(responses);
        expect(summary, `${method} ${path}`).toBeTruthy();
        // Of a link the link itself decides.
        const isOpen = path.startsWith("/s/") || ANONYMOUS.has(path) || AUTH_ROUTES.some((route) => route.path === path);
        const isByToken = path === "/metrics" || (method === "post" && path === "/api/hooks/store");
        // Whoever saves from a link is somebody with a session; an API key is nobody there.
        const isBySession = path === "/s/{token}/save";
        const open = isOpen ? [] : undefined;
        expect(security, `${method} ${path}`).toEqual((isByToken && [{ token: [] }]) || (isBySession && [{ session: [] }]) || open);
        if (["/healthz", "/metrics", "/readyz"].includes(path)) continue;
        expect(codes, `${method} ${path}`).toContain("500");
        if (!isOpen) expect(codes, `${method} ${path}`).toContain("401");
        expect(codes, `${method} ${path}`).toContain("503");
        if (method !== "get" && method !== "options") expect(codes, `${method} ${path}`).toEqual(expect.arrayContaining(["403", "507"]));
        if (requestBody) expect(codes, `${method} ${path}`).toEqual(expect.arrayContaining(["400", "413", "415"]));
        // To a head that is too long Node itself says so, in no words.
        for (const code of codes.filter((status) => Number(status) >= 400 && status !== "431")) {
          expect(responses[code]?.content).toHaveProperty(["application/problem+json"]);
        }
      }
    }
  });
});

describe("the web app", () => {
  it.each(["/", "/p/019dd7a2-4f20-7000-8000-000000000000", "/setup", "/login", "/anything/else"])(
    "has its page at %s, looked for afresh each time",
    async (path) => {
      const response = await browse(api().app).get(path);
      expect(await response.text()).toBe("<!doctype html>the app");
      expect(response.headers.get("cache-control")).toBe("no-cache");
    },
  );

  it("has hashed files that are kept for good, and others that are not", async () => {
    const asset = await browse(api().app).get("/assets/app-abc123.js");
    expect(await asset.text()).toBe("code");
    expect(asset.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect((await browse(api().app).get("/icon.svg")).headers.get("cache-control")).toBe("no-cache");
  });

  it.each(["/assets/none.js", "/index.php", "/api/p/x", "/api"])("is not at %s", async (path) => {
    const response = await owner.get(path);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: "not_found" });
  });
});

describe("health", () => {
  it("tells what does not answer, without saying more", async () => {
    const response = await browse(api().app).get("/readyz");
    expect([response.status, await response.json()]).toEqual([503, { ok: false, checks: { database: "ok", store: "failed" } }]);
    expect(api().lines.find(({ event }) => event === "not ready")).toMatchObject({ check: "store", error: expect.any(String) });
  });

  it("asks the store once in a second, however many ask us", async () => {
    const { app, lines } = apiOn(api().db);
    const asked = await Promise.all(Array.from({ length: 20 }, () => browse(app).get("/readyz")));
    expect(new Set(asked.map(({ status }) => status))).toEqual(new Set([503]));
    expect(lines.filter(({ event }) => event === "not ready")).toHaveLength(1);
  });

  it("answers without a session", async () => {
    const response = await browse(api().app).get("/healthz");
    expect([response.status, await response.json()]).toEqual([200, { ok: true }]);
  });
});
