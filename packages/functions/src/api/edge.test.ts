import { asset } from "@tintype/core/asset/table";
import { session, user } from "@tintype/core/account/table";
import { AppError } from "@tintype/core/kernel";
import * as Timeline from "@tintype/core/timeline";
import { timelineHead } from "@tintype/core/timeline/table";
import { addMember, jsonOf, ORIGIN, setUpOwner, type Browser, useApi } from "@tintype/test/api";
import { nearBy } from "@tintype/test/near";
import { addShown } from "@tintype/test/person";
import { statementsOf } from "@tintype/test/statements";
import { useStore } from "@tintype/test/store";
import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { createEdge, type EdgeDeps } from "./edge.ts";
import { PASS_S } from "./edge-pass.ts";

const GEOMETRY = "/api/timeline/geometry";
const HOUR_MS = 3_600_000;
const store = useStore();
const api = useApi(() => ({ store: store(), publicStore: () => ({ origin: "http://store.test", sign: store().sign }) }));

/** How far the edge's clock is ahead. */
let aheadMs = 0;
const now = () => new Date(Date.now() + aheadMs);

let owner: Browser;
let ownerId: string;
let items: string;

/** A data centre with a cache of its own, before the API. */
function dataCentre(forward: EdgeDeps["forward"] = async (request) => api().app.request(request), change: Partial<EdgeDeps> = {}) {
  const { system } = api();
  const edge = createEdge({
    ...system,
    store: store(),
    publicStore: () => ({ origin: "http://store.test", sign: store().sign }),
    origin: ORIGIN,
    now,
    secret: () => Promise.resolve("a secret of the tests, at least 32 characters"),
    forward,
    kept: nearBy(now),
    ...change,
  });
  const ask = async (path: string, cookie: string, init: RequestInit = {}): Promise<Response> => {
    const work: Promise<unknown>[] = [];
    const headers = { cookie, origin: ORIGIN, ...init.headers };
    const answer = await edge.request(ORIGIN + path, { ...init, headers }, { later: (each: Promise<unknown>) => void work.push(each) });
    await Promise.all(work);
    return answer;
  };
  const statements = (path: string, cookie: string) => statementsOf(api().db, () => ask(path, cookie));
  return { ask, statements };
}

const away: EdgeDeps["forward"] = () => Promise.reject(new AppError("database_unavailable", "It is away."));

/** Each from an address of their own: one that signs in so often is told to wait. */
let signedIn = 0;
const signIn = async (): Promise<string> => {
  const body = JSON.stringify({ email: "anna@example.org", password: "correct horse battery" });
  const headers = { "content-type": "application/json", origin: ORIGIN };
  const signed = await api().app.request(
    `${ORIGIN}/api/auth/sign-in/email`,
    { method: "POST", headers, body },
    { address: `10.0.0.${++signedIn}` },
  );
  return signed.headers.getSetCookie()[0]?.split(";")[0] ?? "";
};

async function add(localAt: string): Promise<void> {
  await addShown(api().system, ownerId, localAt, { derivedVersion: 1 });
  await Timeline.refresh(api().system, ownerId);
}

beforeAll(async () => {
  owner = await setUpOwner(api());
  ownerId = (await jsonOf(owner.get("/api/me"))).user.id;
  await add("2026-11-01T10:00:00");
  items = await itemsNow();
});

/** Where a photo is asked for, as the timeline is now. */
async function itemsNow(): Promise<string> {
  const [first] = await api().db.select({ id: asset.id }).from(asset);
  const { month, revision } = await jsonOf(owner.get(`/api/timeline/locate?id=${first?.id}`));
  return `/api/timeline/items?ranges=${month}:${revision}:0:1`;
}

describe("a timeline that is looked at again, at the edge", () => {
  it("asks the database for nothing for half a minute, and then for who asks and what is new, in one", async () => {
    const near = dataCentre();
    const cookie = await signIn();
    const [first, seen] = [await near.ask(GEOMETRY, cookie), await near.ask(items, cookie)];
    expect([first.status, seen.status]).toEqual([200, 200]);
    expect([await near.statements(GEOMETRY, cookie), await near.statements(items, cookie)]).toEqual([[], []]);
    expect(await jsonOf(near.ask(items, cookie))).toEqual(await jsonOf(seen));
    const known = await near.ask(GEOMETRY, cookie, { headers: { "if-none-match": first.headers.get("etag") ?? "" } });
    expect(known.status).toBe(304);
    aheadMs += PASS_S * 1000;
    expect(await near.statements(GEOMETRY, cookie)).toHaveLength(1);
    expect(await near.statements(items, cookie)).toHaveLength(0);
  });

  it("is nobody else's: another session, an altered cookie, a page of another person, none at all", async () => {
    const near = dataCentre();
    const cookie = await signIn();
    await near.ask(GEOMETRY, cookie);
    const altered = cookie.replace(/=./u, (start) => (start === "=a" ? "=b" : "=a"));
    const others = { headers: { "x-tintype-person": crypto.randomUUID() } };
    const asked = [near.ask(GEOMETRY, altered), near.ask(GEOMETRY, ""), near.ask(GEOMETRY, cookie, others)];
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([401, 401, 401]);
  });

  it("is shown to nobody who has signed out there, and elsewhere for half a minute, but only what is kept", async () => {
    const [here, elsewhere] = [dataCentre(), dataCentre()];
    const cookie = await signIn();
    const seen = async ({ ask }: typeof here) => [(await ask(GEOMETRY, cookie)).status, (await ask(items, cookie)).status];
    expect([await seen(here), await seen(elsewhere)]).toEqual([
      [200, 200],
      [200, 200],
    ]);
    const out = await here.ask("/api/auth/sign-out", cookie, { method: "POST" });
    expect(out.status).toBe(200);
    expect((await here.ask(GEOMETRY, cookie)).status).toBe(401);
    expect(await seen(elsewhere)).toEqual([200, 200]);
    // What is not kept is nobody's by a pass, nor what has addresses to be signed.
    expect((await elsewhere.ask(`${items}&again`, cookie)).status).toBe(401);
    expect((await elsewhere.ask(GEOMETRY, cookie, { headers: { "accept-encoding": "gzip" } })).status).toBe(401);
    expect((await elsewhere.ask("/api/albums", cookie)).status).toBe(401);
    aheadMs += PASS_S * 1000;
    expect((await elsewhere.ask(GEOMETRY, cookie)).status).toBe(401);
  });

  it("is shown to nobody who has signed out there while the secret could not be asked for, and that they have is answered", async () => {
    const kept = nearBy(now);
    const cookie = await signIn();
    const here = dataCentre(undefined, { kept });
    expect((await here.ask(GEOMETRY, cookie)).status).toBe(200);
    const secret = () => Promise.reject(new AppError("database_unavailable", "It is away."));
    const out = await dataCentre(undefined, { kept, secret }).ask("/api/auth/sign-out", cookie, { method: "POST" });
    expect([out.status, out.headers.getSetCookie()]).toEqual([200, expect.arrayContaining([expect.stringContaining("Max-Age=0")])]);
    expect((await here.ask(GEOMETRY, cookie)).status).toBe(401);
  });

  it("answers who signs out as the origin does where the cache fails, which the log tells", async () => {
    const near = nearBy(now);
    const kept = { ...near, put: () => Promise.reject(new Error("The cache is full.")) };
    const before = api().lines.length;
    const out = await dataCentre(undefined, { kept }).ask("/api/auth/sign-out", await signIn(), { method: "POST" });
    expect([out.status, out.headers.getSetCookie()]).toEqual([200, expect.arrayContaining([expect.stringContaining("Max-Age=0")])]);
    expect(api().lines.slice(before)).toContainEqual(expect.objectContaining({ event: "pass.not_dropped", level: "error" }));
  });

  it("is not shown any longer to who is shut out: nothing that is not kept, and after half a minute nothing, however often they ask", async () => {
    const near = dataCentre();
    const cookie = await signIn();
    expect((await near.ask(GEOMETRY, cookie)).status).toBe(200);
    await api().db.update(user).set({ disabledAt: new Date() });
    // By their pass, which is confirmed before anything is loaded.
    expect((await near.ask(GEOMETRY, cookie)).status).toBe(200);
    for (const path of [items, `${items}&again`]) expect((await near.ask(path, cookie)).status).toBe(401);
    aheadMs += PASS_S * 1000;
    for (const path of [GEOMETRY, GEOMETRY, items, items]) expect((await near.ask(path, cookie)).status).toBe(401);
    await api().db.update(user).set({ disabledAt: null });
  });

  it("has in it at once what the same person changed, and what they were told of", async () => {
    const near = dataCentre();
    const cookie = await signIn();
    const tagOf = async () => (await near.ask(GEOMETRY, cookie)).headers.get("etag") ?? "";
    const before = await tagOf();
    await add("2026-11-02T10:00:00");
    expect(await tagOf()).toBe(before);
    const since = /"(?<head>.+)"/u.exec(before)?.groups?.["head"] ?? "";
    const told = (await near.ask(`/api/timeline/changes?since=${since}`, cookie)).headers.get("etag");
    expect(told).not.toBe(before);
    expect(await tagOf()).toBe(told);
    aheadMs += 10_000;
    expect(await tagOf()).toBe(told);
    await add("2026-11-03T10:00:00");
    expect(await tagOf()).toBe(told);
    const body = JSON.stringify({ files: [] });
    await near.ask("/api/uploads", cookie, { method: "POST", headers: { "content-type": "application/json" }, body });
    expect(await tagOf()).not.toBe(told);
  });

  it("is kept under the state that it was loaded at, which may be newer than what a pass tells of", async () => {
    const kept = nearBy(now);
    const near = dataCentre(undefined, { kept });
    const cookie = await signIn();
    const before = (await near.ask(GEOMETRY, cookie)).headers.get("etag");
    await add("2026-11-04T10:00:00");
    const path = await itemsNow();
    expect((await near.ask(path, cookie)).status).toBe(200);
    expect((await near.ask(GEOMETRY, cookie)).headers.get("etag")).toBe(before);
    const { epoch, revision } = await Timeline.head({ ...api().system, actor: { kind: "user", userId: ownerId, role: "owner" } });
    const names = kept.names().filter((name) => name.startsWith("items/"));
    expect(names).toEqual([`items/${ownerId}/${epoch}.${revision}${new URL(path, ORIGIN).search}`]);
    expect(before).not.toContain(`${epoch}.${revision}"`);
  });

  it("is loaded again before the addresses in it run out", async () => {
    const near = dataCentre();
    const cookie = await signIn();
    const path = await itemsNow();
    const isLoaded = async () => (await near.statements(path, cookie)).some((statement) => statement.includes('from "asset"'));
    expect([await isLoaded(), await isLoaded()]).toEqual([true, false]);
    aheadMs += 6 * HOUR_MS;
    expect(await isLoaded()).toBe(true);
  });

  it("is answered from what is kept only where that was an answer", async () => {
    const near = dataCentre();
    const cookie = await signIn();
    for (let times = 0; times < 2; times++) expect((await near.ask("/api/timeline/items?ranges=none", cookie)).status).toBe(400);
  });

  it("is each person's own, even where two were at the same state", async () => {
    const path = await itemsNow();
    const bea = await addMember(api(), "Bea");
    await addShown(api().system, bea.id, "2026-11-05T10:00:00", { derivedVersion: 1 });
    await Timeline.refresh(api().system, bea.id);
    await api().db.update(timelineHead).set({ epoch: crypto.randomUUID(), revision: 7 });
    const near = dataCentre();
    const answers = async (cookie: string) => {
      const [geometry, own] = [await near.ask(GEOMETRY, cookie), await near.ask(path, cookie)];
      return { tag: geometry.headers.get("etag"), bytes: Buffer.from(await geometry.arrayBuffer()), items: await own.text() };
    };
    const [annas, beas] = [await answers(await signIn()), await answers(bea.browser.cookie())];
    expect(beas.tag).toBe(annas.tag);
    expect([beas.bytes.equals(annas.bytes), beas.items === annas.items]).toEqual([false, false]);
  });

  it("is asked for with each request until a session that is due to be prolonged has been", async () => {
    const asked: string[] = [];
    const near = dataCentre(async ({ url }) => {
      asked.push(new URL(url).pathname);
      return new Response(null, { status: 503 });
    });
    const cookie = await signIn();
    await api()
      .db.update(session)
      .set({ expiresAt: sql`expires_at - interval '2 hours'` });
    for (let times = 0; times < 2; times++) expect((await near.ask(GEOMETRY, cookie)).status).toBe(200);
    expect(asked).toEqual(["/api/auth/get-session", "/api/auth/get-session"]);
    const alone = dataCentre(away);
    expect((await alone.ask(GEOMETRY, cookie)).status).toBe(200);
  });
});

describe("what the edge has the origin answer, while that is away", () => {
  it.each(["GET", "POST"])("is told as an outage, and in the log with its number: %s", async (method) => {
    const before = api().lines.length;
    const answer = await dataCentre(away).ask("/api/me", await signIn(), { method });
    expect([answer.status, answer.headers.get("content-type")]).toEqual([503, "application/problem+json"]);
    const { code, requestId } = (await answer.json()) as { code: string; requestId: string };
    expect(code).toBe("database_unavailable");
    const told = api()
      .lines.slice(before)
      .find(({ event }) => event === "unavailable");
    expect(told).toMatchObject({ level: "error", request: requestId, code });
  });
});
