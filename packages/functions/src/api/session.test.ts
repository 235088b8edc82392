import { session } from "@tintype/core/account/table";
import { AppError } from "@tintype/core/kernel";
import { addMember, browse, jsonOf, ORIGIN, OWNER, setUpOwner, SETUP_TOKEN, useApi, type Browser } from "@tintype/test/api";
import { quick } from "@tintype/test/share";
import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { ANONYMOUS } from "./guard.ts";
import { AUTH_ROUTES, createAuth } from "./session.ts";

const database = { away: false };
const api = useApi(({ db }) => ({
  db: new Proxy(db, {
    get(target, name) {
      if (database.away) throw new AppError("database_unavailable", "The database cannot be reached.");
      return Reflect.get(target, name) as unknown;
    },
  }),
}));
let owner: Browser;

beforeAll(async () => {
  owner = await setUpOwner(api());
});

const signIn = (browser: Browser, change: object = {}) =>
  browser.send("POST", "/api/auth/sign-in/email", { email: OWNER.email, password: OWNER.password, ...change });

describe("signing in", () => {
  it("sets a cookie that scripts cannot read and that other sites do not send", async () => {
    const response = await signIn(browse(api().app, ORIGIN, "10.1.0.1"));
    expect(response.status).toBe(200);
    const [cookie] = response.headers.getSetCookie();
    expect(cookie).toMatch(/^tintype\.session=[^;]+; Max-Age=7776000; Path=\/; HttpOnly; SameSite=Lax$/u);
  });

  it("binds the cookie to the host and to https where the page is on https", async () => {
    const browser = browse(api().app, "https://photos.test", "10.1.0.2");
    const [cookie] = (await signIn(browser)).headers.getSetCookie();
    expect(cookie).toMatch(/^__Host-tintype\.session=[^;]+; Max-Age=7776000; Path=\/; HttpOnly; Secure; SameSite=Lax$/u);
    expect((await browser.get("/api/me")).status).toBe(200);
  });

  it.each(["http://localhost:3000", "http://192.168.1.20:3000", "http://nas.local:3000", "http://[fd00::1]:3000"])(
    "works at %s",
    async (origin) => {
      const browser = browse(api().app, origin, `10.2.0.${origin.length}`);
      expect((await signIn(browser)).status).toBe(200);
      expect((await browser.get("/api/me")).status).toBe(200);
    },
  );

  it("tells the same of a wrong password and of an unknown address, in words for people", async () => {
    const browser = browse(api().app, ORIGIN, "10.1.0.3");
    for (const change of [{ password: "not the password" }, { email: "nobody@example.org" }]) {
      const response = await signIn(browser, change);
      expect(response.status).toBe(401);
      expect(response.headers.get("content-type")).toBe("application/problem+json");
      expect(await response.json()).toMatchObject({ code: "unauthenticated", detail: "E-mail or password is wrong." });
    }
  });

  it.each([{ email: "no address" }, { password: 5 }, { email: undefined }, { password: "x".repeat(129) }])(
    "refuses %j as not valid",
    async (change) => {
      const response = await signIn(browse(api().app, ORIGIN, "10.1.0.4"), change);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ code: "invalid" });
    },
  );

  it("refuses JSON that is none", async () => {
    const response = await browse(api().app, ORIGIN, "10.1.0.5").send("POST", "/api/auth/sign-in/email", "{");
    expect(response.status).toBe(400);
  });

  it("lets an address try ten times a minute, counted in the database, and says how long to wait", async () => {
    const browser = browse(api().app, ORIGIN, "10.1.0.6");
    for (let i = 0; i < 10; i++) expect((await signIn(browser, { password: "not the password" })).status).toBe(401);
    const response = await signIn(browser);
    expect(response.status).toBe(429);
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await response.json()).toMatchObject({ code: "too_many", detail: expect.stringMatching(/^Too many tries\. Wait \d+ s/u) });
    expect((await signIn(browse(api().app, ORIGIN, "10.1.0.7"))).status).toBe(200);
  });

  it("does not let a client choose the address that its tries are counted against", async () => {
    const browser = browse(api().app, ORIGIN, "10.1.0.8");
    const spoofed = (i: number) => ({ "x-tintype-address": `10.9.0.${i}`, "x-forwarded-for": `10.9.0.${i}` });
    const send = (i: number) => browser.send("POST", "/api/auth/sign-in/email", { email: OWNER.email, password: "wrong" }, spoofed(i));
    for (let i = 0; i < 10; i++) await send(i);
    expect((await send(11)).status).toBe(429);
  });
});

describe("a session", () => {
  it("is noted when it begins, for its person to read of", async () => {
    const browser = browse(api().app, ORIGIN, "10.3.0.9");
    await signIn(browser);
    const { entries } = await jsonOf(browser.get("/api/audit"));
    expect(entries[0]).toMatchObject({ action: "session.sign-in", actorKind: "user", actorName: OWNER.name, address: "10.3.0.9" });
  });

  it("ends with signing out, also for whoever kept the cookie", async () => {
    const browser = browse(api().app, ORIGIN, "10.3.0.1");
    await signIn(browser);
    const cookie = browser.cookie();
    expect((await browser.send("POST", "/api/auth/sign-out", {})).status).toBe(200);
    expect((await browser.get("/api/me")).status).toBe(401);
    expect((await browser.get("/api/me", { cookie })).status).toBe(401);
  });

  it("is not believed with a changed signature or another's token", async () => {
    const cookie = owner.cookie();
    const forged = [cookie.slice(0, -4), cookie.replace("=", "=x"), `${cookie.split("=")[0]}=${crypto.randomUUID()}`, "tintype.session="];
    for (const value of forged) expect((await browse(api().app).get("/api/me", { cookie: value })).status).toBe(401);
  });

  it("ends when its time is over", async () => {
    const { browser, id } = await addMember(api(), "Expired");
    expect((await browser.get("/api/me")).status).toBe(200);
    await api()
      .db.update(session)
      .set({ expiresAt: new Date(Date.now() - 1000) });
    expect((await browser.get("/api/me")).status).toBe(401);
    expect(id).toBeTruthy();
    owner = browse(api().app, ORIGIN, "10.3.0.2");
    await signIn(owner);
  });

  const ask = async (address: string) => [
    await owner.get("/api/me"),
    await owner.get("/api/auth/get-session"),
    await signIn(browse(api().app, ORIGIN, address)),
  ];

  it("cannot be looked up while the database is away, which is no fault of who asks", async () => {
    api().lines.length = 0;
    database.away = true;
    const answers = await ask("10.3.0.3");
    database.away = false;
    for (const answer of answers) expect([answer.status, await jsonOf(answer)]).toMatchObject([503, { code: "database_unavailable" }]);
    expect(api().lines.filter(({ event, level }) => event === "unavailable" && level === "error")).toHaveLength(answers.length);
    expect((await owner.get("/api/me")).status).toBe(200);
  });

  it("that cannot be looked up for another reason is a bug, told as one, with its cause in the log", async () => {
    api().lines.length = 0;
    await api().db.execute(sql`alter table session rename to elsewhere`);
    const answers = await ask("10.3.0.4");
    await api().db.execute(sql`alter table elsewhere rename to session`);
    for (const answer of answers) expect([answer.status, await jsonOf(answer)]).toMatchObject([500, { code: "internal" }]);
    const causes = api().lines.filter(({ event }) => event === "bug");
    expect(causes).toHaveLength(answers.length);
    for (const { stack } of causes) expect(stack).toContain('relation "session" does not exist');
  });

  it("is told by get-session and by signing in without its token, address and browser, and is null without one", async () => {
    const user = { id: expect.any(String), name: OWNER.name, email: OWNER.email };
    expect(await jsonOf(owner.get("/api/auth/get-session"))).toEqual({
      session: { id: expect.any(String), userId: expect.any(String), expiresAt: expect.any(String) },
      user,
    });
    expect(await jsonOf(signIn(browse(api().app, ORIGIN, "10.3.0.5")))).toEqual({ user });
    expect(await (await browse(api().app).get("/api/auth/get-session")).json()).toBeNull();
  });
});

describe("what answers", () => {
  it("of better-auth is five routes; every other is not there, signed in or not", async () => {
    const { system, app } = api();
    const auth = createAuth(
      {
        ...system,
        place: { bucket: "photos", endpoint: "http://store.internal:9000" },
        authSecret: "x".repeat(40),
        passwords: quick,
        publicStore: () => ({ origin: "", sign: system.store.sign }),
      },
      new URL(ORIGIN),
    );
    const endpoints = Object.values(auth.api).map(
      (endpoint) => endpoint as unknown as { path?: string; options?: { method?: string | string[] } },
    );
    const walked = endpoints.flatMap(({ path, options }) =>
      path ? [options?.method ?? "GET"].flat().map((method) => ({ method, path: `/api/auth${path}` })) : [],
    );
    expect(walked.length).toBeGreaterThan(25);
    for (const { method, path } of walked) {
      if (AUTH_ROUTES.some((route) => route.method === method && route.path === path)) continue;
      for (const browser of [owner, browse(app, ORIGIN, "10.4.0.1")]) {
        const response = method === "GET" ? await browser.get(path) : await browser.send(method, path, {});
        expect([404, 405], `${method} ${path}`).toContain(response.status);
      }
    }
  });

  it("without a session is only what is named so: every other route of the table answers 401", async () => {
    const { app } = api();
    const routes = app.routes.filter(({ method, path }) => method !== "ALL" && path.startsWith("/api/") && !path.startsWith("/api/auth/"));
    const closed = routes.filter(({ path }) => !ANONYMOUS.has(path));
    expect(new Set(closed.map(({ path }) => path)).size).toBeGreaterThanOrEqual(12);
    for (const { method, path } of closed) {
      const url = path.replace(":id", crypto.randomUUID());
      const response = method === "GET" ? await browse(app).get(url) : await browse(app).send(method, url, {});
      expect(response.status, `${method} ${path}`).toBe(401);
      expect(await response.json()).toMatchObject({ code: "unauthenticated" });
    }
  });
});

describe("a page that says whose it is", () => {
  it("is refused while somebody else is signed in, at every route that needs a session, and served while they are themselves", async () => {
    const { app } = api();
    const { id, browser } = await addMember(api(), "Ben");
    const routes = app.routes.filter(({ method, path }) => method !== "ALL" && path.startsWith("/api/") && !path.startsWith("/api/auth/"));
    for (const { method, path } of routes.filter((route) => !ANONYMOUS.has(route.path))) {
      const [url, headers] = [path.replace(":id", crypto.randomUUID()), { "x-tintype-person": id }];
      const response = method === "GET" ? await owner.get(url, headers) : await owner.send(method, url, {}, headers);
      expect(response.status, `${method} ${path}`).toBe(401);
      expect(await response.json()).toMatchObject({ code: "unauthenticated", detail: expect.stringContaining("Somebody else") });
    }
    expect((await browser.get("/api/me", { "x-tintype-person": id })).status).toBe(200);
  });
});

describe("set-up over HTTP", () => {
  it("is not needed any more, and refuses a second time", async () => {
    const browser = browse(api().app);
    expect(await (await browser.get("/api/setup")).json()).toEqual({ needed: false });
    const again = await browser.send("POST", "/api/setup", { token: SETUP_TOKEN, ...OWNER, email: "x@example.org" });
    expect(again.status).toBe(409);
    expect(await again.json()).toMatchObject({ code: "already_set_up" });
  });

  it("takes names of every script and emoji, and none that hides or turns text", async () => {
    const nameIs = async (name: string) => (await browse(api().app).send("POST", "/api/setup", { token: "x", ...OWNER, name })).status;
    for (const name of ["علی‌رضا", "क्‍ष", "Anna 👨‍👩‍👧", "Zoë"]) expect([name, await nameIs(name)]).toEqual([name, 409]);
    for (const name of ["a\u0000b", "a\nb", "a\u202Eb", "a\u2067b", "a\uD800b"]) expect([name, await nameIs(name)]).toEqual([name, 400]);
  });
});

describe("a database that goes away once the first account is made", () => {
  const leaving = { away: false };
  const fresh = useApi(({ db }) => ({
    db: new Proxy(db, {
      get(target, name) {
        if (leaving.away) throw new AppError("database_unavailable", "The database cannot be reached.");
        if (name !== "tx") return Reflect.get(target, name) as unknown;
        return async (work: Parameters<typeof db.tx>[0]) => target.tx(work).finally(() => (leaving.away = true));
      },
    }),
  }));

  it("is told as such, and the account signs in when it is back", async () => {
    const browser = browse(fresh().app);
    const made = await browser.send("POST", "/api/setup", { token: SETUP_TOKEN, ...OWNER });
    expect([made.status, await jsonOf(made)]).toMatchObject([503, { code: "database_unavailable" }]);
    leaving.away = false;
    expect((await signIn(browser)).status).toBe(200);
  });
});
