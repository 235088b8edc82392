import { apikey, session, user } from "@tintype/core/account/table";
import { browse, type Browser, jsonOf, ORIGIN, OWNER, useApi } from "@tintype/test/api";
import { canaryOf, toldIn } from "@tintype/test/canary";
import type { Principal } from "@tintype/test/rules";
import { quick } from "@tintype/test/share";
import { stateOf } from "@tintype/test/state";
import { useStore } from "@tintype/test/store";
import { unlockedBrowser } from "@tintype/test/unlocked";
import { openWorld, type World } from "@tintype/test/world";
import { eq } from "drizzle-orm";
import { beforeAll, beforeEach, expect, it } from "vitest";
import { AUTH_ROUTES, createAuth } from "./session.ts";

const store = useStore();
const api = useApi(() => ({ store: store() }));

const OTHERS = ["anonymous", "link", "key library.read", "key admin", "stranger", "admin"] as const satisfies Principal[];

let world: World;
let before: unknown;

beforeAll(async () => {
  world = await openWorld(api(), store());
});
beforeEach(async () => {
  before = await stateOf(api().db);
});

/** Everything by which a route could take something of Mia's for that of whoever asks. */
function hers() {
  const { id, sessionId, passkeyId, keyId } = world.things.account;
  const ids = {
    userId: id,
    referenceId: id,
    sessionId,
    token: sessionId,
    sessionToken: sessionId,
    passkeyId,
    keyId,
    credentialID: passkeyId,
  };
  const change = {
    name: "Taken",
    role: "owner",
    email: "taken@example.org",
    newEmail: "taken@example.org",
    callbackURL: "https://evil.test",
  };
  return { ...ids, ...change, password: OWNER.password, currentPassword: OWNER.password, newPassword: "another horse battery" };
}

/** The id of hers that a route is about. */
function idFor(path: string): string {
  const { id, keyId, passkeyId } = world.things.account;
  if (path.includes("/api-key/")) return keyId;
  return path.includes("/passkey/") ? passkeyId : id;
}

function ask(browser: Browser, method: string, path: string, given: Record<string, unknown>): Promise<Response> {
  const query = new URLSearchParams(Object.entries(given).map(([name, value]): [string, string] => [name, String(value)]));
  return method === "GET" ? browser.get(`${path}?${query.toString()}`) : browser.send(method, path, given);
}

/** Every route that better-auth and its plugins have. */
function routes(): { method: string; path: string }[] {
  const { system } = api();
  const place = { bucket: "photos", endpoint: "http://store.internal:9000" };
  const publicStore = () => ({ origin: "", sign: system.store.sign });
  const auth = createAuth({ ...system, place, publicStore, passwords: quick, authSecret: "x".repeat(40) }, new URL(ORIGIN));
  const endpoints = Object.values(auth.api).map(
    (endpoint) => endpoint as unknown as { path?: string; options?: { method?: string | string[] } },
  );
  return endpoints.flatMap(({ path, options }) =>
    path === undefined ? [] : [options?.method ?? "GET"].flat().map((method) => ({ method, path: `/api/auth${path}` })),
  );
}

it("a route of the auth library that is not used is not there, with whosever ids it is asked", async () => {
  const unused = routes().filter(({ method, path }) => !AUTH_ROUTES.some((used) => used.method === method && used.path === path));
  const names = unused.map(({ path }) => path);
  // Those by which other people's things have been taken elsewhere are among them.
  for (const name of ["update-user", "delete-user", "revoke-session", "change-password", "passkey/delete-passkey", "api-key/update"]) {
    expect(names).toContain(`/api/auth/${name}`);
  }
  for (const { method, path } of unused) {
    const url = path.replaceAll(/:\w+/gu, idFor(path));
    for (const who of OTHERS) {
      const answer = await ask(world.browsers[who], method, url, { ...hers(), id: idFor(path) });
      expect([404, 405], `${who}: ${method} ${path}`).toContain(answer.status);
      expect(answer.headers.getSetCookie()).toEqual([]);
    }
  }
  expect(await stateOf(api().db)).toEqual(before);
}, 60_000);

it("whoever asks for a session is told their own, whatever else they name", async () => {
  const { things, browsers } = world;
  const { id, sessionId, keyId } = things.account;
  const hidden = [canaryOf("her id", id), canaryOf("her e-mail", "mia@example.org"), canaryOf("a session of hers", sessionId)];
  for (const who of OTHERS) {
    const answer = await ask(browsers[who], "GET", "/api/auth/get-session", hers());
    expect([who, answer.status, await toldIn(answer, hidden)]).toEqual([who, 200, []]);
  }
  const asked: Record<string, string>[] = [
    { authorization: `Bearer ${sessionId}` },
    { cookie: `tintype.session=${sessionId}` },
    { cookie: `tintype.session=${sessionId}.${"A".repeat(43)}%3D` },
    { cookie: `tintype.session=${id}` },
    { "x-api-key": keyId },
    { "x-user-id": id, "x-tintype-person": id },
  ];
  for (const headers of asked) {
    const nobody = browse(api().app, ORIGIN, "10.6.0.1");
    expect([headers, await jsonOf(nobody.get("/api/auth/get-session", headers))]).toEqual([headers, null]);
    expect([headers, (await nobody.get("/api/me", headers)).status]).toEqual([headers, 401]);
  }
  expect(await stateOf(api().db)).toEqual(before);
});

it("signing out ends one's own session, whichever is named", async () => {
  const { db } = api();
  const mine = () => db.select({ id: session.id }).from(session).where(eq(session.userId, world.things.account.id));
  const hadBefore = await mine();
  for (const who of OTHERS) await world.browsers[who].copy().send("POST", "/api/auth/sign-out", hers());
  expect(await mine()).toEqual(hadBefore);
  expect(await stateOf(db)).toEqual(before);
});

it("whoever signs in is who has the password, and is led nowhere", async () => {
  const visitor = browse(api().app, ORIGIN, "10.6.0.2");
  const { callbackURL, ...named } = { ...hers(), email: OWNER.email, password: OWNER.password };
  const elsewhere = await visitor.send("POST", "/api/auth/sign-in/email", { ...named, callbackURL });
  expect([elsewhere.status, elsewhere.headers.getSetCookie()]).toEqual([403, []]);
  const answer = await visitor.send("POST", "/api/auth/sign-in/email", named);
  expect([answer.status, answer.headers.get("location")]).toEqual([200, null]);
  expect((await jsonOf(answer)).user.email).toBe(OWNER.email);
  expect(await stateOf(api().db)).toEqual(before);
});

it("a passkey of somebody's is told to nobody, and its id is no proof of having it", async () => {
  const { passkeyId } = world.things.account;
  const answered = { clientDataJSON: "e30", authenticatorData: "AA", signature: "AA" };
  for (const who of OTHERS) {
    const browser = world.browsers[who].copy();
    const options = await ask(browser, "GET", "/api/auth/passkey/generate-authenticate-options", hers());
    expect([who, await toldIn(options, [canaryOf("her passkey", passkeyId)])]).toEqual([who, []]);
    const response = { id: passkeyId, rawId: passkeyId, type: "public-key", clientExtensionResults: {}, response: answered };
    const answer = await browser.send("POST", "/api/auth/passkey/verify-authentication", { ...hers(), response });
    expect([who, answer.status >= 400 && answer.status < 500]).toEqual([who, true]);
    expect(answer.headers.getSetCookie().join()).not.toContain("tintype.session");
  }
  expect(await stateOf(api().db)).toEqual(before);
});

it("what one adds is one's own, whoever is named", async () => {
  const stan = await unlockedBrowser(api(), "stan@example.org");
  const made = await stan.send("POST", "/api/keys", { ...hers(), name: "mine", scopes: ["upload"] });
  expect(made.status).toBe(201);
  const keys = await api()
    .db.select({ owner: user.email })
    .from(apikey)
    .innerJoin(user, eq(user.id, apikey.referenceId))
    .where(eq(apikey.name, "mine"));
  expect(keys).toEqual([{ owner: "stan@example.org" }]);
});
