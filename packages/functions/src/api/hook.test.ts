import { createHash } from "node:crypto";
import * as Admin from "@tintype/core/admin";
import { job, setting } from "@tintype/core/kernel/table";
import { apiOn, browse, ORIGIN, useApi } from "@tintype/test/api";
import { KEYS_OF_BODIES, MINIO_BODIES, VERSITYGW_TEST } from "@tintype/test/messages";
import { beforeEach, describe, expect, it } from "vitest";

const TOKEN = "the_token-of_the-hook";
const PATH = "/api/hooks/store";
const api = useApi((system) => ({
  hook: {
    tokenSha256: createHash("sha256").update(TOKEN).digest(),
    bucket: "photos",
    note: (what) => Admin.noteMessage(system, what),
  },
}));

beforeEach(async () => {
  await api().db.delete(job);
  api().lines.length = 0;
});

const bearer = { authorization: `Bearer ${TOKEN}` };

/** As a store sends it: no origin, no cookie. */
const send = (body: string | Uint8Array | ReadableStream, headers: Record<string, string> = bearer): Promise<Response> =>
  Promise.resolve(api().app.request(`${ORIGIN}${PATH}`, { method: "POST", body, headers, duplex: "half" }));

const queued = async (): Promise<string[]> =>
  (await api().db.select({ payload: job.payload }).from(job)).map(({ payload }) => String(payload["key"])).toSorted();
const refusals = (): unknown[] => api().lines.flatMap(({ event, why }) => (event === "message refused" ? [why] : []));
const message = (...keys: string[]): string =>
  JSON.stringify({
    Records: keys.map((key) => ({ eventName: "s3:ObjectCreated:Put", s3: { bucket: { name: "photos" }, object: { key } } })),
  });

describe("a message of the store", () => {
  it("is answered when what it hints at is in the queue", async () => {
    const response = await send(MINIO_BODIES[0]);
    expect([response.status, await response.text()]).toEqual([204, ""]);
    expect(await queued()).toEqual([KEYS_OF_BODIES[0]]);
  });

  it("is noted, and so is one with another token, a flood of them once a second", async () => {
    const noted = async () =>
      Object.fromEntries((await api().db.select().from(setting)).map(({ name, updatedAt }) => [name, updatedAt.getTime()]));
    await send(MINIO_BODIES[0]);
    await expect.poll(async () => (await noted())["hook.seen"]).toBeGreaterThan(0);
    expect(await noted()).not.toHaveProperty(["hook.refused"]);
    const flood = Array.from({ length: 50 }, () => send(MINIO_BODIES[0], { authorization: "Bearer of-yesterday" }));
    expect(new Set((await Promise.all(flood)).map(({ status }) => status))).toEqual(new Set([401]));
    await expect.poll(async () => (await noted())["hook.refused"]).toBeGreaterThan(0);
    const first = (await noted())["hook.refused"] ?? 0;
    // The last of the flood is not forgotten; it only comes later.
    await expect.poll(async () => (await noted())["hook.refused"], { timeout: 5_000 }).toBeGreaterThan(first + 800);
  });

  it("with many keys queues them all", async () => {
    const keys = Array.from({ length: 300 }, (_, i) => `library/ada/${i}.jpg`);
    expect((await send(message(...keys))).status).toBe(204);
    expect(await queued()).toEqual(keys.toSorted());
  });

  it("that comes five times, and after later ones, is one job for each key", async () => {
    const bodies = MINIO_BODIES.flatMap((body) => Array.from({ length: 5 }, () => body));
    const answers = await Promise.all([...bodies.toReversed(), ...bodies].map((body) => send(body)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([204]));
    expect(await queued()).toEqual([...new Set(KEYS_OF_BODIES)].toSorted());
  });

  it("needs no content type", async () => {
    expect((await send(MINIO_BODIES[0], { ...bearer, "content-type": "text/plain" })).status).toBe(204);
    expect(await queued()).toHaveLength(1);
  });

  it("about another bucket, or what is not ours, is taken and queues nothing", async () => {
    expect((await send(message("derived/1/thumb.webp"))).status).toBe(204);
    expect((await send(message("library/a/b").replace('"photos"', '"other"'))).status).toBe(204);
    expect((await send(VERSITYGW_TEST)).status).toBe(204);
    expect([await queued(), refusals()]).toEqual([[], []]);
  });
});

describe("what is no message", () => {
  it.each(["", "{", "null", "[]", '"text"', "{}", "\u0000", message("library/a/b").slice(0, -1)])(
    "is taken, so that the store goes on, and counted: %j",
    async (body) => {
      expect((await send(body)).status).toBe(204);
      expect([await queued(), refusals()]).toEqual([[], ["junk"]]);
    },
  );

  it("of bytes that are no text is junk", async () => {
    expect((await send(new Uint8Array([0x7b, 0xff, 0xfe]))).status).toBe(204);
    expect(refusals()).toEqual(["junk"]);
  });

  it("with keys that no database takes does not stop the others of its batch", async () => {
    const answers = await Promise.all([send(message("library/a/\0")), send(message("library/a/good")), send(message("library/a/\ud800"))]);
    expect(answers.map(({ status }) => status)).toEqual([204, 204, 204]);
    expect(await queued()).toEqual(["library/a/good"]);
  });
});

describe("a message of more than 64 KB", () => {
  const padded = (bytes: number): string => message("library/a/b").padEnd(bytes);

  it("is taken and counted, and never parsed", async () => {
    expect((await send(padded(64 * 1024 + 1))).status).toBe(204);
    expect([await queued(), refusals()]).toEqual([[], ["too large"]]);
  });

  it("is not read to its end", async () => {
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1024;
        controller.enqueue(new Uint8Array(1024));
      },
    });
    expect((await send(endless)).status).toBe(204);
    expect(refusals()).toEqual(["too large"]);
    expect(sent).toBeLessThan(70 * 1024);
  });

  it("of 64 KB is read", async () => {
    expect((await send(padded(64 * 1024))).status).toBe(204);
    expect(await queued()).toEqual(["library/a/b"]);
  });
});

describe("the token", () => {
  it.each([
    {},
    { authorization: "" },
    { authorization: "Bearer" },
    { authorization: "Bearer " },
    { authorization: `Bearer ${TOKEN}x` },
    { authorization: `Bearer ${TOKEN.slice(0, -1)}` },
    { authorization: `Bearer ${TOKEN.toUpperCase()}` },
    { authorization: TOKEN },
    { authorization: `Digest ${TOKEN}` },
    { authorization: `Basic ${btoa(`${TOKEN}:wrong`)}` },
    { authorization: "Basic ***" },
    { cookie: `tintype.session=${TOKEN}` },
  ])("is asked for: %j", async (headers) => {
    const response = await send(MINIO_BODIES[0], headers);
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ code: "unauthenticated" });
    expect([await queued(), refusals()]).toEqual([[], ["unauthorised"]]);
  });

  it.each([`bearer ${TOKEN}`, `Bearer  ${TOKEN}`, `Basic ${btoa(`tintype:${TOKEN}`)}`])("may be shown as %s", async (authorization) => {
    expect((await send(MINIO_BODIES[0], { authorization })).status).toBe(204);
  });

  it("is in no log", async () => {
    await send("{", { authorization: `Bearer ${TOKEN}` });
    await send("{", { authorization: "Bearer another-token" });
    expect(JSON.stringify(api().lines)).not.toMatch(/the_token|another-token/u);
  });
});

describe("who only looks whether a webhook is here", () => {
  it.each(["GET", "HEAD", "OPTIONS"])("%s is told so", async (method) => {
    const response = await api().app.request(`${ORIGIN}${PATH}`, { method });
    expect([response.status, response.headers.get("allow")]).toEqual([204, "GET, HEAD, OPTIONS, POST"]);
  });

  it("is told that there is none where the runtime has none", async () => {
    const { app } = apiOn(api().db);
    for (const method of ["POST", "GET", "HEAD", "OPTIONS"]) expect((await app.request(`${ORIGIN}${PATH}`, { method })).status).toBe(404);
    expect((await browse(app).send("PUT", PATH, {})).status).toBe(405);
  });
});
