import { createHmac, randomBytes } from "node:crypto";
import { readdir } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Client, cookieOf, createClient, OWNER } from "../support/client.ts";
import { type Cloud, hasSqs, startCloud } from "../support/cloud.ts";
import { journey } from "../support/journey.ts";
import { plainPicture } from "../support/picture.ts";
import { BUCKET } from "../support/s3-server.ts";
import { watchRequests } from "../support/s3-requests.ts";
import { bundleWorker } from "../support/worker.ts";

const NAME = "tintype.session";

describe.skipIf(!hasSqs)("the Worker at the edge, in front of the function with the whole API", () => {
  let cloud: Cloud;
  let setupToken: string;
  let cookie: string;
  let owner: Client;
  let assetId: string;

  beforeAll(async () => {
    bundleWorker();
    cloud = (await startCloud("cloudflare"))!;
    const { open } = await cloud.functions.migrate.call<{ open: string }>({});
    setupToken = open.split("token=")[1] ?? "";
  }, 120_000);
  afterAll(() => cloud?.stop());

  const picture = async (): Promise<Buffer> => Buffer.concat([await plainPicture(99), randomBytes(16)]);
  /** Signs in through the Worker, which has the origin do it. */
  const signIn = () => {
    const { email, password } = OWNER;
    return createClient(cloud.url, "").call("POST", "/api/auth/sign-in/email", { email, password });
  };
  const timelineOf = (sent: string, url = cloud.url) => fetch(`${url}/api/timeline/geometry`, { headers: { cookie: sent } });
  const albumsOf = (sent: string) => fetch(`${cloud.url}/api/albums`, { headers: { cookie: sent } });
  const assets = async (): Promise<number> => (await owner.json<{ library: { assets: number } }>("GET", "/api/me")).library.assets;
  const untilAssets = (count: number) => expect.poll(() => cloud.settle().then(assets), { timeout: 60_000 }).toBe(count);
  /** The month that the photo is in, as the timeline has it now. */
  const rangesOf = async (): Promise<string> => {
    const { month, revision } = await owner.json<{ month: number; revision: number }>("GET", `/api/timeline/locate?id=${assetId}`);
    return `${month}:${revision}:0:1`;
  };
  /** What is answered, but for what no two answers have in common; whether it travels compressed is the network's business. */
  const answerOf = async (url: string, method: string, path: string, body?: unknown) => {
    const headers = { ...cloud.front, cookie, origin: cloud.url, ...(body !== undefined && { "content-type": "application/json" }) };
    const answer = await fetch(url + path, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
    const own = ["x-request-id", "date", "connection", "keep-alive", "transfer-encoding", "content-length", "content-encoding", "vary"];
    const told = [...answer.headers].filter(([name]) => !own.includes(name));
    return {
      status: answer.status,
      headers: told,
      body: Buffer.from(await answer.arrayBuffer())
        .toString("latin1")
        .replace(/"requestId":"[^"]+"/u, ""),
    };
  };
  /** The routes that the function was asked for so far. */
  const atOrigin = (): string[] =>
    [...cloud.functions.api.log().matchAll(/"event":"request".*?"route":"(?<route>[^"]+)"/gu)].map(({ groups }) => groups?.["route"] ?? "");

  it("takes a photo from signing in to a shared link by R2's event through its own queue, and asks the function for nothing that is hot", async () => {
    ({ owner, cookie, assetId } = await journey({ url: cloud.url, token: setupToken, settle: cloud.settle }));
    // Signing in, making a link and closing it, and the link's page.
    expect(new Set(atOrigin())).toEqual(new Set(["/api/setup", "/api/*", "/api/links", "/api/links/:id", "/s/:token/*"]));
  });

  it("takes what another tool drops by R2's event alone, and once, however often it is told of", async () => {
    const key = "inbox/anna-klein/by event.jpg";
    expect((await cloud.store.put(key, await picture())).status).toBe(200);
    await untilAssets(2);
    const object = { key, size: 1, eTag: "e" };
    const event = { account: "0", action: "PutObject", bucket: BUCKET, object, eventTime: "2026-11-24T19:36:44Z" };
    expect(await cloud.worker?.queue(event)).toBe(true);
    await cloud.settle();
  });

  it("finds within the hour what no event told of, and leaves an idle database asleep", async () => {
    cloud.tellsEvents(false);
    expect((await cloud.store.put("inbox/anna-klein/untold.jpg", await picture())).status).toBe(200);
    await cloud.worker?.scheduled();
    await untilAssets(3);
    await cloud.settle();
    const wakeUps = cloud.wakeUps();
    const looked = async () => (await cloud.sqs.count(cloud.looks)).waiting;
    const before = await looked();
    for (let hour = 0; hour < 3; hour++) await cloud.worker?.scheduled();
    expect(await cloud.sqs.count(cloud.queues.wake)).toMatchObject({ waiting: 0, underWay: 0 });
    expect(cloud.wakeUps()).toBe(wakeUps);
    // An alarm tells when this word stays away.
    expect((await looked()) - before).toBe(3);
    cloud.tellsEvents(true);
  });

  it("has the origin answer what it does not, with the address of who asks, and passes its cookies and its refusals on", async () => {
    const signed = await signIn();
    expect(signed.headers.getSetCookie()).toEqual([expect.stringMatching(new RegExp(`^${NAME}=`, "u"))]);
    const browsers = await createClient(cloud.url, cookieOf(signed)).json<{ sessions: { address: string; isThis: boolean }[] }>(
      "GET",
      "/api/sessions",
    );
    expect(browsers.sessions.find(({ isThis }) => isThis)?.address).toBe("127.0.0.1");
    const wrong = await owner.call("POST", "/api/auth/sign-in/email", { email: OWNER.email, password: "wrong" });
    expect([wrong.status, wrong.headers.get("content-type")]).toEqual([401, "application/problem+json"]);
    const page = await fetch(cloud.url);
    expect([page.status, (await page.text()).includes("<title>Tintype</title>")]).toEqual([200, true]);
    expect((await owner.call("PUT", "/api/timeline/geometry")).status).toBe(405);
  });

  it("answers pages with the app and what is not there any more with 404, which nobody keeps, and asks the function for neither", async () => {
    const before = atOrigin().length;
    const get = (path: string) => fetch(cloud.url + path, { headers: { "sec-fetch-mode": "navigate" } });
    for (const path of ["/", "/settings", "/albums/0123/photo/5"]) {
      const page = await get(path);
      expect([page.status, page.headers.get("x-content-type-options")]).toEqual([200, "nosniff"]);
      expect(await page.text()).toContain("<title>Tintype</title>");
    }
    for (const path of ["/assets/app-of-last-year.js", "/s/assets/page-of-last-year.js", "/assets/none", "/nothing.png"]) {
      const gone = await get(path);
      expect([path, gone.status, gone.headers.get("cache-control")]).toEqual([path, 404, "no-store"]);
    }
    for (const folder of ["assets", "s/assets"]) {
      const [name = ""] = await readdir(new URL(`../../packages/web/dist/${folder}`, import.meta.url));
      const file = await get(`/${folder}/${name}`);
      expect([file.status, file.headers.get("cache-control")]).toEqual([200, "public, max-age=31536000, immutable"]);
    }
    expect(atOrigin()).toHaveLength(before);
  });

  it("refuses a cookie that is not signed, is signed by somebody else, was altered, or has run out", async () => {
    const { value, token, signature } = partsOf(cookie);
    expect((await timelineOf(`${NAME}=${value}`)).status).toBe(200);
    const foreign = createHmac("sha256", "a secret of another Tintype's own, of 44 letters").update(token).digest("base64");
    const altered = `${token.startsWith("a") ? "b" : "a"}${token.slice(1)}`;
    for (const forged of [token, `${token}.`, `${token}.${foreign}`, `${altered}.${signature}`, `${token}.${signature.toLowerCase()}`]) {
      expect((await timelineOf(`${NAME}=${encodeURIComponent(forged)}`)).status).toBe(401);
    }
    expect((await timelineOf("")).status).toBe(401);
    const late = cookieOf(await signIn());
    await cloud.query("update session set expires_at = now() - interval '1 second' where token = $1", [partsOf(late).token]);
    expect((await timelineOf(late)).status).toBe(401);
  });

  it("refuses a session at once that signs out; one that is ended elsewhere, or whose person is shut out, is shown nothing but what is kept", async () => {
    const [first, second, third] = [cookieOf(await signIn()), cookieOf(await signIn()), cookieOf(await signIn())];
    const statuses = (sent: string[]) => Promise.all(sent.map(async (each) => (await timelineOf(each)).status));
    expect(await statuses([first, second, third])).toEqual([200, 200, 200]);
    await createClient(cloud.url, first).call("POST", "/api/auth/sign-out", {});
    expect(await statuses([first, second, third])).toEqual([401, 200, 200]);
    await cloud.query("delete from session where token = $1", [partsOf(second).token]);
    await cloud.query('update "user" set disabled_at = now()', []);
    // Nothing else is answered by a pass.
    expect([(await albumsOf(second)).status, (await albumsOf(third)).status]).toEqual([401, 401]);
    const loads = (sent: string) => fetch(`${cloud.url}/api/timeline/items?ranges=1:1:0:9`, { headers: { cookie: sent } });
    expect([(await loads(second)).status, (await loads(third)).status]).toEqual([401, 401]);
    await cloud.query('update "user" set disabled_at = null', []);
  });

  it("has the origin prolong a session that was not used for an hour, and passes its cookie on", async () => {
    const mine = cookieOf(await signIn());
    expect((await albumsOf(mine)).headers.getSetCookie()).toEqual([]);
    const { token } = partsOf(mine);
    await cloud.query("update session set expires_at = expires_at - interval '2 hours' where token = $1", [token]);
    const [before] = await cloud.query<{ at: string }>("select expires_at::text as at from session where token = $1", [token]);
    const prolonged = await albumsOf(mine);
    expect(prolonged.headers.getSetCookie()).toEqual([
      expect.stringMatching(new RegExp(`^${NAME}=${partsOf(mine).value};.*HttpOnly`, "u")),
    ]);
    const [after] = await cloud.query<{ at: string }>("select expires_at::text as at from session where token = $1", [token]);
    expect(after?.at).not.toBe(before?.at);
    expect((await albumsOf(mine)).headers.getSetCookie()).toEqual([]);
  });

  it("answers byte for byte as the function does", async () => {
    const ranges = await rangesOf();
    const asked: [method: string, path: string, body?: unknown][] = [
      ["GET", "/api/timeline/geometry"],
      ["GET", `/api/timeline/items?ranges=${ranges}`],
      ["GET", `/api/timeline/items?ranges=${ranges}`],
      ["GET", "/api/timeline/items?ranges=1:1:5:2"],
      ["GET", `/api/timeline/locate?id=${assetId}`],
      ["GET", `/api/assets/${assetId}`],
      ["GET", `/api/assets/${crypto.randomUUID()}`],
      ["GET", "/api/collections/favourites/geometry"],
      ["GET", "/api/collections/locked/geometry"],
      ["POST", "/api/collections/favourites/items", { ids: [assetId] }],
      ["GET", "/api/albums"],
      ["POST", "/api/uploads/status", { ids: [crypto.randomUUID()] }],
      ["POST", "/api/uploads", { files: [] }],
      ["GET", "/s/no-such-link-anywhere/open"],
    ];
    for (const [method, path, body] of asked) {
      const [edge, origin] = await Promise.all([cloud.url, cloud.originUrl].map((url) => answerOf(url, method, path, body)));
      expect(edge, `${method} ${path}`).toEqual(origin);
    }
  });

  it("asks nobody when a timeline is repeated, one thing when the pass has run out, and anew when something was changed", async () => {
    const ask = async (path: string, status = 200, headers = {}): Promise<{ queries: number; bytes: string }> => {
      const asked = (): number => cloud.wakeUps() - cloud.counted();
      const before = asked();
      const answer = await fetch(cloud.url + path, { headers: { cookie: mine, ...headers } });
      expect(answer.status).toBe(status);
      return { bytes: Buffer.from(await answer.arrayBuffer()).toString("base64"), queries: asked() - before };
    };
    const mine = cookieOf(await signIn());
    const items = `/api/timeline/items?ranges=${await rangesOf()}&again`;
    const first = { geometry: await ask("/api/timeline/geometry"), items: await ask(items) };
    // Its geometry was kept for somebody before; who asks, and the state of their timeline, is one question.
    expect([first.geometry.queries, first.items.queries > 0]).toEqual([1, true]);
    const { headers } = await timelineOf(mine);
    const watch = watchRequests(cloud.store.server.url);
    const before = atOrigin().length;
    expect(await ask("/api/timeline/geometry")).toEqual({ ...first.geometry, queries: 0 });
    expect(await ask(items)).toEqual({ ...first.items, queries: 0 });
    expect(await ask("/api/timeline/geometry", 304, { "if-none-match": headers.get("etag") })).toEqual({ bytes: "", queries: 0 });
    // Nor the store, nor the function.
    expect([watch.take(), atOrigin().length]).toEqual([{ writes: [], reads: [], free: [] }, before]);
    watch.stop();
    // What is polled for changes is asked for each time, in one.
    const head = /"(?<head>.+)"/u.exec(headers.get("etag") ?? "")?.groups?.["head"];
    expect((await ask(`/api/timeline/changes?since=${head}`)).queries).toBe(1);
    expect((await ask("/api/timeline/geometry")).queries).toBe(0);
    const marked = { selection: { ids: [assetId] }, change: { favourite: true }, token: crypto.randomUUID() };
    expect((await createClient(cloud.url, mine).call("POST", "/api/assets/mark", marked)).status).toBe(200);
    await cloud.settle();
    const changed = (await timelineOf(mine)).headers.get("etag");
    expect(changed).not.toBe(headers.get("etag"));
    // Who has just changed something is asked for each time; what has not changed since is in the cache still.
    expect((await ask("/api/timeline/geometry")).queries).toBe(1);
  });

  it("takes nobody back behind a change that they were told of", async () => {
    const mine = cookieOf(await signIn());
    const before = (await timelineOf(mine)).headers.get("etag");
    const marked = { selection: { ids: [assetId] }, change: { favourite: false }, token: crypto.randomUUID() };
    expect((await owner.call("POST", "/api/assets/mark", marked)).status).toBe(200);
    await cloud.settle();
    // Another browser's change may be half a minute away.
    expect((await timelineOf(mine)).headers.get("etag")).toBe(before);
    const since = /"(?<head>.+)"/u.exec(before ?? "")?.groups?.["head"];
    const told = await fetch(`${cloud.url}/api/timeline/changes?since=${since}`, { headers: { cookie: mine } });
    expect(told.headers.get("etag")).not.toBe(before);
    expect((await timelineOf(mine)).headers.get("etag")).toBe(told.headers.get("etag"));
  });

  it("counts the addresses it hands out, what it asks of the store and what it wakes, and writes that down", async () => {
    const counted = async () =>
      (await cloud.query<Record<string, number>>("select thumbs::int, writes::int, awake_ms::int from usage", []))[0];
    await cloud.query("update usage set thumbs = 0, writes = 0, awake_ms = 0, awake_until = null", []);
    const asked = atOrigin().length;
    expect((await owner.call("GET", `/api/timeline/items?ranges=${await rangesOf()}&counted`)).status).toBe(200);
    const video = { name: "long.mp4", size: 2 ** 27, type: "video/mp4", sha256: "ab".repeat(32), modifiedAt: "2026-11-22T10:00:00" };
    const { files } = await owner.json<{ files: { uploadId: string }[] }>("POST", "/api/uploads", { files: [video] });
    // To begin that upload writes to the store.
    await owner.json("POST", `/api/uploads/${files[0]?.uploadId}/parts`, { from: 1, to: 1 });
    await expect.poll(counted, { timeout: 10_000 }).toMatchObject({ writes: 1 });
    const { thumbs = 0, awake_ms = 0 } = (await counted()) ?? {};
    expect([thumbs > 0, awake_ms >= 300_000]).toEqual([true, true]);
    expect(atOrigin()).toHaveLength(asked);
  });

  it("has R2 deliver only those of a batch again that the queue of AWS did not take", async () => {
    const eventOf = (name: string, eTag = "e") => {
      const object = { key: `library/anna-klein/2026/11/${name}`, size: 1, eTag };
      return { account: "0", action: "PutObject", bucket: BUCKET, object, eventTime: "2026-11-24T19:36:44Z" };
    };
    // SQS takes no message of more than a megabyte.
    const tooLarge = eventOf("b.jpg", "e".repeat(2 ** 20));
    expect(await cloud.worker?.batch([eventOf("a.jpg"), tooLarge, eventOf("c.jpg")])).toEqual(["done", "again", "done"]);
    const taken = (await cloud.sqs.receive(cloud.queues.ingest)).map(
      ({ body }) => (JSON.parse(body) as { object: { key: string } }).object.key,
    );
    expect(taken.toSorted()).toEqual(["a.jpg", "c.jpg"].map((name) => `library/anna-klein/2026/11/${name}`));
  });

  it("leaves no word that it has looked where the store is away, which the function is sent to ask in a minute", async () => {
    const counts = () => Promise.all([cloud.looks, cloud.queues.wake].map((queue) => cloud.sqs.count(queue)));
    const [looked, wakes] = await counts();
    // It comes back at another address.
    await cloud.store.restart();
    await cloud.worker?.scheduled();
    expect(await counts()).toEqual([looked, { ...wakes, delayed: (wakes?.delayed ?? 0) + 1 }]);
  });

  it("has R2 deliver a message again that the queue of AWS does not take", async () => {
    await cloud.sqs.stop();
    const object = { key: "library/anna-klein/2026/11/a.jpg", size: 1, eTag: "e" };
    const event = { account: "0", action: "PutObject", bucket: BUCKET, object, eventTime: "2026-11-24T19:36:44Z" };
    expect(await cloud.worker?.queue(event)).toBe(false);
  });
});

/** The cookie's value as it is sent, and what it is made of. */
function partsOf(cookie: string): { value: string; token: string; signature: string } {
  const value = cookie.slice(`${NAME}=`.length);
  const [token = "", signature = ""] = decodeURIComponent(value).split(".");
  return { value, token, signature };
}
