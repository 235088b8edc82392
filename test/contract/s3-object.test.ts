import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KEYS } from "../support/s3-process.ts";
import { BUCKET, etagOf, startServer, type TestServer, texts } from "../support/s3-server.ts";
import { amzDate, dayKey, md5 } from "../support/s3-sign.ts";

let s3: TestServer;
beforeAll(async () => {
  s3 = await startServer({ cors: [{ origins: ["https://app.example"], methods: ["GET", "PUT"], headers: ["*"], expose: ["ETag"] }] });
});
afterAll(async () => s3.stop());

const get = async (key: string, headers: Record<string, string> = {}) => s3.ask({ method: "GET", key, headers });

describe("an object", () => {
  it("comes back with everything that was said about it", async () => {
    const said = {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "private, max-age=31536000, immutable",
      "content-disposition": "inline",
      "content-encoding": "gzip",
      "content-language": "de",
      expires: "Thu, 01 Dec 2044 16:00:00 GMT",
      "x-amz-meta-note": Buffer.from("été").toString("latin1"),
      "x-amz-meta-empty": "",
      "x-amz-tagging": "a=1&b=%20%26",
    };
    await s3.put("said", "x", said);
    for (const method of ["GET", "HEAD"]) {
      const { headers } = await s3.ask({ method, key: "said" });
      const { "x-amz-tagging": _, ...kept } = said;
      expect(headers).toMatchObject({
        ...kept,
        "x-amz-tagging-count": "2",
        "content-length": "1",
        "accept-ranges": "bytes",
        etag: etagOf("x"),
      });
    }
    await s3.restart();
    expect((await get("said")).headers["x-amz-meta-note"]).toBe(said["x-amz-meta-note"]);
  });

  it("is given in ranges, and whole when If-Range names another version", async () => {
    await s3.put("range", "0123456789");
    const cut = await get("range", { range: "bytes=2-4" });
    expect([cut.status, cut.text, cut.headers["content-range"], cut.headers["content-length"]]).toEqual([206, "234", "bytes 2-4/10", "3"]);
    expect((await get("range", { range: "bytes=-3" })).text).toBe("789");
    expect((await get("range", { range: "bytes=0-1,3-4" })).status).toBe(200);
    expect((await get("range", { range: "bytes=2-4", "if-range": etagOf("0123456789") })).status).toBe(206);
    expect((await get("range", { range: "bytes=2-4", "if-range": '"other"' })).status).toBe(200);
    expect((await get("range", { range: "bytes=10-" })).headers["content-range"]).toBe("bytes */10");
    const head = await s3.ask({ method: "HEAD", key: "range", headers: { range: "bytes=2-4" } });
    expect([head.status, head.headers["content-length"]]).toEqual([206, "3"]);
  });

  it("is not sent again when the client has it", async () => {
    await s3.put("cached", "x", { "cache-control": "private" });
    const first = await get("cached");
    for (const headers of [
      { "if-none-match": first.headers["etag"] ?? "" },
      { "if-modified-since": first.headers["last-modified"] ?? "" },
    ]) {
      const again = await get("cached", headers);
      expect([again.status, again.body.length, again.headers["etag"], again.headers["cache-control"]]).toEqual([
        304,
        0,
        first.headers["etag"],
        "private",
      ]);
    }
    expect((await get("cached", { "if-match": '"other"' })).code).toBe("PreconditionFailed");
  });

  it("that is empty is an object like any other", async () => {
    await s3.put("empty", "");
    expect([(await get("empty")).headers["content-length"], (await get("empty")).headers["etag"]]).toEqual(["0", etagOf("")]);
  });

  it("has tags of its own", async () => {
    await s3.put("tagged", "x");
    const tags = "<Tagging><TagSet><Tag><Key>a</Key><Value>1 &amp; 2</Value></Tag></TagSet></Tagging>";
    expect((await s3.ask({ method: "PUT", key: "tagged", query: [["tagging", ""]], body: tags })).status).toBe(200);
    expect(texts((await s3.ask({ method: "GET", key: "tagged", query: [["tagging", ""]] })).text, "Value")).toEqual(["1 & 2"]);
    expect((await s3.ask({ method: "DELETE", key: "tagged", query: [["tagging", ""]] })).status).toBe(204);
    expect(texts((await s3.ask({ method: "GET", key: "tagged", query: [["tagging", ""]] })).text, "Value")).toEqual([]);
  });
});

describe("a copy", () => {
  const copy = async (key: string, source: string, headers: Record<string, string> = {}) =>
    s3.ask({ method: "PUT", key, headers: { "x-amz-copy-source": source, ...headers } });
  beforeAll(async () => s3.put("from/été", "copied", { "content-type": "text/x-a", "x-amz-meta-a": "1", "x-amz-tagging": "t=1" }));

  it("has the bytes, and what was said about them unless something else is said", async () => {
    const source = `/${BUCKET}/${encodeURIComponent("from/été")}`;
    const answer = await copy("to", source);
    expect([answer.status, texts(answer.text, "ETag")]).toEqual([200, [etagOf("copied")]]);
    expect((await get("to")).headers).toMatchObject({ "content-type": "text/x-a", "x-amz-meta-a": "1", "x-amz-tagging-count": "1" });
    await copy("to", source, { "x-amz-metadata-directive": "REPLACE", "content-type": "text/x-b" });
    const replaced = await get("to");
    expect([replaced.text, replaced.headers["content-type"], replaced.headers["x-amz-meta-a"]]).toEqual(["copied", "text/x-b", undefined]);
    await copy("to", `${BUCKET}/to`, { "x-amz-metadata-directive": "REPLACE", "x-amz-meta-c": "3" });
    expect([(await get("to")).text, (await get("to")).headers["x-amz-meta-c"]]).toEqual(["copied", "3"]);
  });

  it("keeps to the conditions on its source and on its target", async () => {
    const source = `${BUCKET}/from/%C3%A9t%C3%A9`;
    expect((await copy("fresh", source, { "x-amz-copy-source-if-match": "other" })).code).toBe("PreconditionFailed");
    expect((await copy("fresh", source, { "x-amz-copy-source-if-none-match": md5("copied") })).code).toBe("PreconditionFailed");
    expect((await copy("fresh", source, { "if-none-match": "*" })).status).toBe(200);
    expect((await copy("fresh", source, { "if-none-match": "*" })).code).toBe("PreconditionFailed");
    expect((await copy("fresh", source, { "if-match": md5("copied") })).status).toBe(200);
  });
});

describe("DeleteObjects", () => {
  it("removes each key, tells each, or only what failed", async () => {
    for (const key of ["d/1", "d/2", " d/3 "]) await s3.put(key, key);
    const list = ["d/1", "d/2", " d/3 ", "d/none"].map((key) => `<Object><Key>${key}</Key></Object>`).join("");
    const answer = await s3.ask({ method: "POST", query: [["delete", ""]], body: `<Delete>${list}</Delete>` });
    expect(texts(answer.text, "Key")).toEqual(["d/1", "d/2", " d/3 ", "d/none"]);
    for (const key of ["d/1", "d/2", " d/3 "]) expect((await get(key)).status).toBe(404);
    await s3.put("d/4", "4");
    const wrong = `<Delete><Quiet>true</Quiet><Object><Key>d/4</Key><ETag>other</ETag></Object><Object><Key>d/5</Key></Object></Delete>`;
    const failed = await s3.ask({ method: "POST", query: [["delete", ""]], body: wrong });
    expect([texts(failed.text, "Key"), texts(failed.text, "Code")]).toEqual([["d/4"], ["PreconditionFailed"]]);
  });
});

describe("CORS", () => {
  const preflight = async (origin: string, bucket = BUCKET) =>
    fetch(`${s3.server.url}/${bucket}/a`, {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "PUT", "access-control-request-headers": "x-amz-checksum-sha256,content-type" },
    });

  it("goes by the server's rules until the bucket has its own", async () => {
    const allowed = await preflight("https://app.example");
    expect([
      allowed.status,
      allowed.headers.get("access-control-allow-origin"),
      allowed.headers.get("access-control-expose-headers"),
    ]).toEqual([200, "https://app.example", "ETag"]);
    expect((await preflight("https://other.example")).status).toBe(403);
    const own =
      "<CORSConfiguration><CORSRule><AllowedOrigin>https://other.example</AllowedOrigin><AllowedMethod>PUT</AllowedMethod><AllowedHeader>*</AllowedHeader></CORSRule></CORSConfiguration>";
    expect((await s3.ask({ method: "GET", query: [["cors", ""]] })).code).toBe("NoSuchCORSConfiguration");
    expect((await s3.ask({ method: "PUT", query: [["cors", ""]], body: own })).status).toBe(200);
    await s3.restart();
    expect([(await preflight("https://app.example")).status, (await preflight("https://other.example")).status]).toEqual([403, 200]);
    expect(texts((await s3.ask({ method: "GET", query: [["cors", ""]] })).text, "AllowedOrigin")).toEqual(["https://other.example"]);
    expect((await s3.ask({ method: "DELETE", query: [["cors", ""]] })).status).toBe(204);
    expect((await preflight("https://app.example")).status).toBe(200);
  });

  it("lets a page read errors, too", async () => {
    const answer = await fetch(s3.presigned({ method: "GET", key: "nothing" }), { headers: { origin: "https://app.example" } });
    expect([answer.status, answer.headers.get("access-control-allow-origin")]).toEqual([404, "https://app.example"]);
  });
});

describe("a form with a policy", () => {
  async function post(fields: Record<string, string>, file: string, conditions: unknown[], expires = 60_000) {
    const date = amzDate(new Date());
    const scope = `${date.slice(0, 8)}/us-east-1/s3/aws4_request`;
    const signed = { "x-amz-algorithm": "AWS4-HMAC-SHA256", "x-amz-credential": `${KEYS.accessKeyId}/${scope}`, "x-amz-date": date };
    const all = [{ bucket: BUCKET }, ...Object.entries(signed).map(([name, value]) => ({ [name]: value })), ...conditions];
    const policy = Buffer.from(JSON.stringify({ expiration: new Date(Date.now() + expires).toISOString(), conditions: all })).toString(
      "base64",
    );
    const form = new FormData();
    const signature = createHmac("sha256", dayKey(KEYS, scope)).update(policy).digest("hex");
    for (const [name, value] of Object.entries({ ...signed, ...fields, policy, "x-amz-signature": signature })) form.append(name, value);
    form.append("file", new Blob([file]), "photo é.jpg");
    const answer = await fetch(`${s3.server.url}/${BUCKET}`, { method: "POST", body: form, redirect: "manual" });
    return { status: answer.status, text: await answer.text(), location: answer.headers.get("location") };
  }
  const anyKey = ["starts-with", "$key", "form/"];

  it("stores the file as the fields say", async () => {
    const type = { "Content-Type": "image/jpeg", "x-amz-meta-a": "1" };
    const fields = { key: "form/${filename}", success_action_status: "201", ...type };
    const conditions = [
      anyKey,
      { success_action_status: "201" },
      ["starts-with", "$Content-Type", "image/"],
      { "x-amz-meta-a": "1" },
      ["content-length-range", 1, 10],
    ];
    const answer = await post(fields, "posted", conditions);
    expect([answer.status, texts(answer.text, "Key")]).toEqual([201, ["form/photo é.jpg"]]);
    const got = await get("form/photo é.jpg");
    expect([got.text, got.headers["content-type"], got.headers["x-amz-meta-a"]]).toEqual(["posted", "image/jpeg", "1"]);
    expect(s3.events.at(-1)).toMatchObject({ name: "ObjectCreated:Post" });
  });

  it("answers with a redirect when it is asked to", async () => {
    const to = { success_action_redirect: "https://app.example/done?a=1" };
    const answer = await post({ key: "form/b", ...to }, "x", [anyKey, to]);
    expect([answer.status, answer.location]).toEqual([
      303,
      `https://app.example/done?a=1&bucket=${BUCKET}&key=form%2Fb&etag=%22${md5("x")}%22`,
    ]);
  });

  it.each([
    ["another key", { key: "other/a" }, [anyKey], 60_000, "AccessDenied"],
    ["a field that the policy does not name", { key: "form/a", "x-amz-meta-b": "1" }, [anyKey], 60_000, "AccessDenied"],
    ["a file that is too long", { key: "form/a" }, [anyKey, ["content-length-range", 0, 3]], 60_000, "EntityTooLarge"],
    ["a file that is too short", { key: "form/a" }, [anyKey, ["content-length-range", 30, 40]], 60_000, "EntityTooSmall"],
    ["a policy that has expired", { key: "form/a" }, [anyKey], -1000, "AccessDenied"],
    ["a condition that is none", { key: "form/a" }, [anyKey, ["ends-with", "$key", "a"]], 60_000, "InvalidPolicyDocument"],
    ["no key", {}, [anyKey], 60_000, "InvalidArgument"],
    ["a changed signature", { key: "form/a", "x-amz-signature": "00" }, [anyKey], 60_000, "SignatureDoesNotMatch"],
  ])("is refused for %s", async (_, fields, conditions, expires, code) => {
    const changed = "x-amz-signature" in fields ? { keys: "wrong" } : {};
    if ("keys" in changed) {
      const form = new FormData();
      for (const [name, value] of Object.entries({
        key: "form/a",
        policy: "e30=",
        "x-amz-algorithm": "AWS4-HMAC-SHA256",
        "x-amz-date": amzDate(new Date()),
        "x-amz-credential": `${KEYS.accessKeyId}/${amzDate(new Date()).slice(0, 8)}/us-east-1/s3/aws4_request`,
        "x-amz-signature": "00",
      })) {
        form.append(name, value);
      }
      form.append("file", new Blob(["x"]));
      expect(await (await fetch(`${s3.server.url}/${BUCKET}`, { method: "POST", body: form })).text()).toContain(code);
      return;
    }
    expect(texts((await post(fields as Record<string, string>, "twelve bytes", conditions, expires)).text, "Code")).toEqual([code]);
    expect((await get("form/a")).status).toBe(404);
  });
});
