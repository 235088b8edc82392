import { SCOPES, type Scope } from "@tintype/core/kernel";
import { addMember, browse, type Browser, jsonOf, ORIGIN, OWNER, setUpOwner, useApi } from "@tintype/test/api";
import { fileOf } from "@tintype/test/upload";
import { useStore } from "@tintype/test/store";
import { beforeAll, describe, expect, it } from "vitest";

const store = useStore();
const api = useApi(() => ({ store: store(), publicStore: () => ({ origin: "http://store.test", sign: store().sign }) }));
const PASSWORD = "correct horse battery";

let owner: Browser;

beforeAll(async () => {
  owner = await setUpOwner(api());
});

const signIn = (browser: Browser, email: string, password = OWNER.password) =>
  browser.send("POST", "/api/auth/sign-in/email", { email, password });
const unlock = (browser: Browser, password = OWNER.password) => browser.send("POST", "/api/account/unlock", { password });

async function makeKey(browser: Browser, ...scopes: Scope[]): Promise<{ id: string; key: string }> {
  await unlock(browser);
  return jsonOf(browser.send("POST", "/api/keys", { name: "backup", scopes }));
}

describe("an invitation", () => {
  const invite = async (name: string, quotaBytes: number | null = null) =>
    (await jsonOf(owner.send("POST", "/api/invites", { name, quotaBytes }))).token as string;

  it("becomes an account that is signed in, with a library of its own that is empty", async () => {
    const token = await invite("Nora", 5_000_000);
    const browser = browse(api().app, ORIGIN, "10.5.0.1");
    expect(await jsonOf(browser.send("POST", "/api/invites/look", { token }))).toMatchObject({
      name: "Nora",
      by: OWNER.name,
      quotaBytes: 5_000_000,
    });
    const input = { token, name: "Nora", email: "nora@example.org", password: PASSWORD };
    expect((await browser.send("POST", "/api/invites/accept", input)).status).toBe(201);
    expect(await jsonOf(browser.get("/api/me"))).toMatchObject({
      user: { name: "Nora", role: "member" },
      library: { assets: 0, quotaBytes: 5_000_000 },
    });
    expect(await jsonOf(browser.get("/api/account"))).toEqual({ password: true, passkeys: 0, unlocked: false });
    const [session] = (await jsonOf(browser.get("/api/sessions"))).sessions;
    expect(session).toMatchObject({ isThis: true, address: "10.5.0.1" });
    expect((await browse(api().app).send("POST", "/api/invites/accept", { ...input, email: "x@example.org" })).status).toBe(404);
    expect((await signIn(browse(api().app, ORIGIN, "10.5.0.2"), "nora@example.org", PASSWORD)).status).toBe(200);
  });

  it("without a password leaves a browser that may make a way in, and one that has none keeps it", async () => {
    const browser = browse(api().app, ORIGIN, "10.5.0.3");
    const input = { token: await invite("Pia"), name: "Pia", email: "pia@example.org" };
    expect((await browser.send("POST", "/api/invites/accept", input)).status).toBe(201);
    expect(await jsonOf(browser.get("/api/account"))).toEqual({ password: false, passkeys: 0, unlocked: true });
    expect((await browser.send("POST", "/api/passkeys/options")).status).toBe(200);
    expect((await browser.send("POST", "/api/account/password", { next: PASSWORD })).status).toBe(204);
    expect((await browser.send("POST", "/api/account/password", { next: "another horse battery" })).status).toBe(403);
  });

  it("is not found by guessing: every wrong token is answered alike, and after ten of them an address waits", async () => {
    const open = await invite("Quinn");
    const used = await invite("Rosa");
    await browse(api().app).send("POST", "/api/invites/accept", {
      token: used,
      name: "Rosa",
      email: "rosa@example.org",
      password: PASSWORD,
    });
    const guesser = browse(api().app, ORIGIN, "10.5.0.9");
    const guesses = [used, open.slice(0, -1), `${open}A`, open.toUpperCase(), ...Array.from({ length: 6 }, (_, i) => `guess ${i}`)];
    const told = new Set<string>();
    for (const token of guesses) {
      const answer = await guesser.send("POST", "/api/invites/look", { token });
      const { requestId: _requestId, ...problem } = await jsonOf(answer);
      told.add(JSON.stringify(problem));
    }
    expect(told.size).toBe(1);
    expect((await guesser.send("POST", "/api/invites/look", { token: open })).status).toBe(429);
    expect(
      (await guesser.send("POST", "/api/invites/accept", { token: "g", name: "G", email: "g@example.org", password: PASSWORD })).status,
    ).toBe(429);
  });
});

describe("an API key", () => {
  const ROUTES: Record<Scope, [string, string, object?]> = {
    "library.read": ["GET", "/api/timeline/geometry"],
    "library.write": ["PATCH", "/api/nothing"],
    upload: ["POST", "/api/uploads", { files: [fileOf("by a key")] }],
    "album.read": ["GET", "/api/collections/nothing"],
    "album.write": ["POST", "/api/nothing"],
    "share.write": ["GET", "/api/nothing"],
    admin: ["GET", "/api/admin/health"],
  };
  const NEVER: [string, string, object?][] = [
    ["GET", "/api/keys"],
    ["POST", "/api/keys", { name: "x", scopes: ["upload"] }],
    ["DELETE", `/api/keys/${crypto.randomUUID()}`],
    ["GET", "/api/account"],
    ["PATCH", "/api/me", { name: "X" }],
    ["GET", "/api/sessions"],
    ["POST", "/api/sessions/end-others"],
    ["DELETE", `/api/sessions/${crypto.randomUUID()}`],
    ["GET", "/api/passkeys"],
    ["POST", "/api/passkeys/options"],
    ["POST", "/api/account/unlock", { password: OWNER.password }],
    ["POST", "/api/account/lock"],
    ["POST", "/api/account/password", { current: OWNER.password, next: "another horse battery" }],
    ["GET", "/api/audit"],
  ];
  const ask = (headers: Record<string, string>, [method, path, body]: [string, string, object?]) => {
    const program = browse(api().app, ORIGIN, "10.5.1.1");
    return method === "GET" ? program.get(path, headers) : program.send(method, path, body, headers);
  };

  it.each(SCOPES)("with %s alone may what that says, and nothing of what no key may", async (scope) => {
    const { key } = await makeKey(owner, scope);
    for (const headers of [{ "x-api-key": key }, { authorization: `Bearer ${key}` }]) {
      for (const other of ["library.read", "upload", "admin"] as const) {
        expect([other, (await ask(headers, ROUTES[other])).status]).toEqual([other, other === scope ? 200 : 403]);
      }
      for (const route of NEVER) expect([route, (await ask(headers, route)).status]).toEqual([route, 403]);
    }
  });

  it("is told once, and only its hash is kept", async () => {
    const { key } = await makeKey(owner, "upload");
    expect(key).toMatch(/^tt_[A-Za-z]{64}$/u);
    const listed = await (await owner.get("/api/keys")).text();
    expect(listed).not.toContain(key);
    expect(listed).toContain(key.slice(0, 8));
  });

  it("opens nothing when it is wrong, run out or revoked, and then a cookie beside it does not either", async () => {
    const { id, key } = await makeKey(owner, "library.read");
    const changed = `${key.slice(0, -1)}${key.endsWith("a") ? "b" : "a"}`;
    for (const wrong of [changed, "", "tt_", key.toLowerCase(), key.slice(0, -1)]) {
      const answer = await owner.get("/api/me", { "x-api-key": wrong });
      expect([wrong, answer.status, (await jsonOf(answer)).code]).toEqual([wrong, 401, "unauthenticated"]);
    }
    expect((await owner.send("DELETE", `/api/keys/${id}`)).status).toBe(204);
    expect((await ask({ "x-api-key": key }, ["GET", "/api/me"])).status).toBe(401);
  });

  it("of a member may nothing that only the owner may", async () => {
    const { browser } = await addMember(api(), "Sam");
    await unlock(browser);
    expect((await browser.send("POST", "/api/keys", { name: "x", scopes: ["admin"] })).status).toBe(403);
  });
});

describe("what is somebody's account", () => {
  it("is nobody else's: sessions, keys and passkeys of others are not there, and stay as they are", async () => {
    const [tom, uma] = [await addMember(api(), "Tom"), await addMember(api(), "Uma")];
    const { id: keyId, key } = await makeKey(tom.browser, "library.read");
    const [{ id: sessionId }] = (await jsonOf(tom.browser.get("/api/sessions"))).sessions;
    for (const other of [uma.browser, owner]) {
      for (const path of [`/api/sessions/${sessionId}`, `/api/keys/${keyId}`, `/api/passkeys/${keyId}`]) {
        expect([path, (await other.send("DELETE", path)).status]).toEqual([path, 404]);
      }
      for (const path of ["/api/sessions", "/api/keys"]) expect(await (await other.get(path)).text()).not.toContain(keyId);
    }
    expect((await tom.browser.get("/api/me")).status).toBe(200);
    expect((await browse(api().app).get("/api/me", { "x-api-key": key })).status).toBe(200);
  });

  it("is signed out where its person says so, at once", async () => {
    const { browser } = await addMember(api(), "Vic");
    const others = [browse(api().app, ORIGIN, "10.5.2.1"), browse(api().app, ORIGIN, "10.5.2.2"), browse(api().app, ORIGIN, "10.5.2.3")];
    for (const other of others) await signIn(other, "vic@example.org");
    const { sessions } = await jsonOf(browser.get("/api/sessions"));
    const first = sessions.find((each: { address: string }) => each.address === "10.5.2.1");
    expect((await browser.send("DELETE", `/api/sessions/${first.id}`)).status).toBe(204);
    expect((await others[0]!.get("/api/me")).status).toBe(401);
    expect((await others[1]!.get("/api/me")).status).toBe(200);
    expect(await jsonOf(browser.send("POST", "/api/sessions/end-others"))).toEqual({ sessions: 2 });
    for (const other of others) expect((await other.get("/api/me")).status).toBe(401);
    expect((await browser.get("/api/me")).status).toBe(200);
  });

  it("is signed out elsewhere by another password", async () => {
    const { browser } = await addMember(api(), "Wim");
    const other = browse(api().app, ORIGIN, "10.5.2.4");
    await signIn(other, "wim@example.org");
    const change = { current: OWNER.password, next: "quite another sentence" };
    expect((await browser.send("POST", "/api/account/password", change)).status).toBe(204);
    expect([(await other.get("/api/me")).status, (await browser.get("/api/me")).status]).toEqual([401, 200]);
    expect((await signIn(other, "wim@example.org")).status).toBe(401);
    expect((await signIn(other, "wim@example.org", change.next)).status).toBe(200);
  });

  it("is unlocked in one browser, until it is locked again", async () => {
    const { browser } = await addMember(api(), "Xena");
    const other = browse(api().app, ORIGIN, "10.5.2.5");
    await signIn(other, "xena@example.org");
    const geometry = async (of: Browser) => (await of.get("/api/collections/locked/geometry")).status;
    expect([await geometry(browser), await geometry(other)]).toEqual([403, 403]);
    expect((await unlock(browser, "not the password")).status).toBe(403);
    expect((await unlock(browser)).status).toBe(200);
    expect([await geometry(browser), await geometry(other)]).toEqual([200, 403]);
    expect((await browser.send("POST", "/api/account/lock")).status).toBe(204);
    expect(await geometry(browser)).toBe(403);
  });

  it("is shut out by the owner: its browsers, its keys and its password open nothing, until it is let in again", async () => {
    const { id, browser } = await addMember(api(), "Yara");
    const { key } = await makeKey(browser, "library.read");
    const shut = (disabled: boolean) => owner.send("PATCH", `/api/members/${id}`, { disabled });
    const back = browse(api().app, ORIGIN, "10.5.2.6");
    expect((await shut(true)).status).toBe(204);
    expect((await browser.get("/api/me")).status).toBe(401);
    expect((await browser.get("/api/me", { "x-api-key": key })).status).toBe(401);
    const answer = await signIn(back, "yara@example.org");
    expect([answer.status, (await jsonOf(answer)).detail]).toEqual([403, expect.stringContaining("shut out")]);
    expect((await signIn(back, "yara@example.org", "not the password")).status).toBe(401);
    expect((await shut(false)).status).toBe(204);
    expect((await signIn(back, "yara@example.org")).status).toBe(200);
    expect((await back.get("/api/me", { "x-api-key": key })).status).toBe(200);
  });
});
