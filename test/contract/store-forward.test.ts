import { createHash, randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PresignedRequest } from "@tintype/core/storage";
import type { HttpServer } from "../../packages/functions/src/adapters/http-node.ts";
import { createForward, type Forward } from "../../packages/functions/src/adapters/store-forward.ts";
import { createS3Store, type S3Store } from "../../packages/functions/src/adapters/store-s3.ts";
import { setUpStore } from "../../packages/functions/src/adapters/store-s3-setup.ts";
import { silent } from "../support/person.ts";
import { type RunningStore, SETTING, STORES } from "../support/stores.ts";
import { serveForward } from "../support/forward.ts";

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

function send({ url, method, headers }: PresignedRequest, body: Uint8Array, more: Record<string, string> = {}): Promise<Response> {
  return fetch(url, { method, headers: { ...headers, ...more }, body: Buffer.from(body) });
}

describe.each(STORES)("the way to $name through us", { timeout: 60_000 }, ({ start }) => {
  let running: RunningStore;
  let store: S3Store;
  let forward: Forward;
  let app: HttpServer;
  let sign: S3Store["sign"];

  beforeAll(async () => {
    running = await start();
    await setUpStore(running.options, SETTING);
    store = createS3Store(running.options);
    forward = createForward(running.options, silent);
    app = await serveForward(forward);
    sign = forward.signerFor(new URL(`http://127.0.0.1:${app.port}/some/page`));
  });
  afterAll(async () => {
    await app.close();
    forward.close();
    store.close();
    await running.stop();
  });

  const put = (key: string, body: Uint8Array, type = "image/jpeg") =>
    sign.put({ key, size: body.length, type, sha256: sha256(body), expiresIn: 60 });

  it("takes an upload of exactly the signed bytes, once, and tells its etag", async () => {
    const body = randomBytes(300_000);
    const key = "library/a b/ü+~1234.jpg";
    const request = await put(key, body);
    expect(new URL(request.url).origin).toBe(`http://127.0.0.1:${app.port}`);
    expect(new URL(request.url).pathname).toMatch(/^\/store\/photos\/library\//u);
    const other = await send(request, randomBytes(300_000));
    expect([other.status >= 400, /<Code>(\w+)/u.exec(await other.text())?.[1]]).toEqual([
      true,
      expect.stringMatching(/Digest|Mismatch|Checksum/u),
    ]);
    const stored = await send(request, body);
    expect(stored.status).toBe(200);
    expect(stored.headers.get("etag")).toBe(`"${(await store.head(key)).etag}"`);
    // versitygw first lets the body come, then refuses and closes: its answer may be lost while we write. A browser tries again, as here.
    const again = async (): Promise<number> => (await send(request, body)).status;
    await expect.poll(again, { timeout: 30_000, interval: 500 }).toBe(412);
    const read = await fetch(sign.get({ key }));
    expect(Buffer.from(await read.arrayBuffer()).equals(body)).toBe(true);
    expect([read.headers.get("content-type"), read.headers.get("x-content-type-options")]).toEqual(["image/jpeg", "nosniff"]);
  });

  it("reads ranges, and again only what has changed", async () => {
    await store.put("range.jpg", Buffer.from("0123456789"), { type: "image/jpeg", cacheControl: "private, max-age=9" });
    const url = sign.get({ key: "range.jpg" });
    const part = await fetch(url, { headers: { range: "bytes=2-4" } });
    expect([part.status, part.headers.get("content-range"), await part.text()]).toEqual([206, "bytes 2-4/10", "234"]);
    const whole = await fetch(url);
    expect([whole.headers.get("accept-ranges"), whole.headers.get("cache-control"), await whole.text()]).toEqual([
      "bytes",
      "private, max-age=9",
      "0123456789",
    ]);
    const known = await fetch(url, { headers: { "if-none-match": whole.headers.get("etag") ?? "" } });
    expect(known.status).toBe(304);
  });

  it("takes the parts of a large file", async () => {
    const { id } = await store.multipart.create("large.jpg", "image/jpeg");
    const bodies = [randomBytes(5 * 2 ** 20), randomBytes(1000)];
    const parts = await Promise.all(
      bodies.map(async (body, i) => {
        const answer = await send(await sign.part({ key: "large.jpg", id, number: i + 1, size: body.length, expiresIn: 60 }), body);
        expect(answer.status).toBe(200);
        return { number: i + 1, etag: (answer.headers.get("etag") ?? "").replaceAll('"', ""), size: body.length };
      }),
    );
    await store.multipart.complete("large.jpg", id, parts);
    const read = Buffer.from(await (await fetch(sign.get({ key: "large.jpg" }))).arrayBuffer());
    expect(read.equals(Buffer.concat(bodies))).toBe(true);
  });

  it("lets nothing run under our origin, whatever its type is said to be", async () => {
    await store.put("evil.svg", Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"), {
      type: "image/svg+xml",
    });
    for (const given of [{}, { type: "text/html", disposition: 'inline; filename="a.html"' }]) {
      const { headers } = await fetch(sign.get({ key: "evil.svg", ...given }));
      expect(headers.get("content-type")).toBe("application/octet-stream");
      expect(headers.get("content-disposition")).toMatch(/^attachment/u);
      expect(headers.get("content-security-policy")).toMatch(/sandbox$/u);
    }
  });

  it("passes on what the store refuses, as text", async () => {
    await store.put("signed.jpg", Buffer.from("x"), { type: "image/jpeg" });
    const answer = await fetch(sign.get({ key: "signed.jpg" }).replace(/Signature=./u, "Signature=0a"));
    expect([answer.status, answer.headers.get("content-type")]).toEqual([403, "text/plain; charset=utf-8"]);
    expect(await answer.text()).toContain("<Code>SignatureDoesNotMatch</Code>");
    expect((await fetch(sign.get({ key: "no/such.jpg" }))).status).toBe(404);
  });

  it("answers itself where there is nothing to forward, and leaves the rest to the app", async () => {
    const url = sign.get({ key: "signed.jpg" });
    for (const method of ["DELETE", "POST"]) {
      const answer = await fetch(url, { method });
      expect([answer.status, answer.headers.get("allow")]).toEqual([405, "GET, HEAD, PUT"]);
    }
    const unsigned = await fetch(url.slice(0, url.indexOf("?")));
    expect(unsigned.status).toBe(404);
    expect(await unsigned.json()).toMatchObject({ code: "not_found" });
    expect((await fetch(`http://127.0.0.1:${app.port}/store`)).status).toBe(404);
    expect(await (await fetch(`http://127.0.0.1:${app.port}/storehouse`)).text()).toBe("from the app");
  });

  it("sends neither cookies nor foreign hosts to the store", async () => {
    const body = randomBytes(10);
    const answer = await send(await put("cookie.jpg", body), body, { cookie: "tintype.session=secret", authorization: "Bearer secret" });
    // A store refuses a request that is signed in two ways, and one that was signed for another host.
    expect(answer.status).toBe(200);
  });
});
