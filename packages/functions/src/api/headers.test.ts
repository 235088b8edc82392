import { addMember, browse, type Browser, ORIGIN, OWNER, setUpOwner, STORE_ORIGIN, useApi } from "@tintype/test/api";
import { directives, HEADERS, policyOf } from "@tintype/test/headers";
import { beforeAll, describe, expect, it } from "vitest";

const SECURE = "https://photos.test";
const html = { headers: { "content-type": "text/html" } };
const api = useApi(() => ({ web: async (path) => (path.endsWith(".html") ? new Response("<!doctype html>", html) : undefined) }));

/** One of each kind of answer. */
const ANSWERS: Readonly<Record<string, [method: string, path: string]>> = {
  "a page": ["GET", "/"],
  "a page below": ["GET", "/p/019dd7a2-4f20-7000-8000-000000000000"],
  "what an account has": ["GET", "/api/me"],
  "what needs a session": ["GET", "/api/timeline/geometry"],
  "what is not there": ["GET", "/api/nothing"],
  "what is answered otherwise": ["PUT", "/api/me"],
  "what is not valid": ["POST", "/api/uploads"],
  "what everybody may ask": ["GET", "/healthz"],
};

let owner: Browser;

beforeAll(async () => {
  owner = await setUpOwner(api());
});

describe.each(Object.entries(ANSWERS))("%s", (_, [method, path]) => {
  const ask = (browser: Browser) => (method === "GET" ? browser.get(path) : browser.send(method, path, {}));

  it("has the headers that keep others out, whoever asks", async () => {
    for (const browser of [owner, browse(api().app)]) {
      const { headers } = await ask(browser);
      expect(Object.fromEntries(headers)).toMatchObject(HEADERS);
      expect(directives(headers.get("content-security-policy"))).toEqual(policyOf(STORE_ORIGIN));
      expect(headers.get("strict-transport-security")).toBeNull();
      expect(headers.get("access-control-allow-origin")).toBeNull();
    }
  });

  it("asks browsers to stay on https where they are on it", async () => {
    const { headers } = await ask(browse(api().app, SECURE));
    expect(headers.get("strict-transport-security")).toBe("max-age=31536000");
  });
});

describe("a cookie", () => {
  it.each([
    [SECURE, /^__Host-tintype\.session=[^;]+; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Lax$/u],
    [ORIGIN, /^tintype\.session=[^;]+; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax$/u],
  ])("is for this host alone, for no script and for no other site: %s", async (origin, expected) => {
    const { email, password } = OWNER;
    const answer = await browse(api().app, origin, "10.8.0.1").send("POST", "/api/auth/sign-in/email", { email, password });
    const cookies = answer.headers.getSetCookie();
    expect(cookies).toHaveLength(1);
    expect(cookies[0]).toMatch(expected);
  });

  it("of another host, or one that is not bound to this one, opens nothing on https", async () => {
    const plain = owner.cookie();
    const ask = (cookie: string) => browse(api().app, SECURE).get("/api/me", { cookie });
    expect((await ask(plain)).status).toBe(401);
    expect((await ask(plain.replace("tintype", "__Secure-tintype"))).status).toBe(401);
    expect((await ask(plain.replace("tintype", "__Host-tintype"))).status).toBe(200);
  });
});

describe("every route that changes something", () => {
  const routes = () => {
    const all = api().app.routes.filter(({ method }) => !["ALL", "GET", "HEAD", "OPTIONS"].includes(method));
    return [...new Set(all.map(({ method, path }) => `${method} ${path.replaceAll(/:\w+/gu, "019dd7a2-4f20-7000-8000-000000000000")}`))];
  };

  it.each([
    { origin: "https://evil.test" },
    { origin: "null" },
    { origin: "http://photos.test" },
    { origin: ORIGIN, "sec-fetch-site": "cross-site" },
    { origin: ORIGIN, "sec-fetch-site": "same-site" },
    { "sec-fetch-site": "cross-site" },
  ])("refuses what another site makes this browser send: %j", async (headers) => {
    expect(routes().length).toBeGreaterThan(15);
    for (const route of routes()) {
      const [method = "", path = ""] = route.split(" ");
      const answer = await owner.send(method, path, {}, headers);
      expect([route, answer.status, await answer.text()]).toEqual([route, 403, expect.stringContaining(`Open ${ORIGIN} instead`)]);
    }
  });

  it("is no form's: a body that a page can send without asking first is not taken", async () => {
    const person = await addMember(api(), "Fay");
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]) {
      const answer = await person.browser.send("POST", "/api/uploads/status", '{"ids":[]}', { "content-type": type });
      expect([type, answer.status]).toEqual([type, 415]);
    }
  });
});
