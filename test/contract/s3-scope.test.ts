import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KEYS } from "../support/s3-process.ts";
import { type Ask, BUCKET, startServer, type TestServer, texts } from "../support/s3-server.ts";

const ADA = { accessKeyId: "ada", secretAccessKey: "ada-secret", prefixes: ["photos/library/ada/", "photos/inbox/ada/"] };

let s3: TestServer;
beforeAll(async () => {
  s3 = await startServer({ credentials: [KEYS, ADA] });
  await s3.server.createBucket("other");
  for (const key of ["library/ada/1", "library/bob/1", "top"]) await s3.ask({ method: "PUT", key, body: key });
});
afterAll(async () => s3.stop());

const ask = async (request: Ask): Promise<[number, string | undefined]> => {
  const answer = await s3.ask({ keys: ADA, ...request });
  return [answer.status, answer.code];
};
const list = (prefix: string): Ask => ({
  method: "GET",
  query: [
    ["list-type", "2"],
    ["prefix", prefix],
  ],
});
const copyFrom = (key: string): Ask => ({ method: "PUT", key: "library/ada/copy", headers: { "x-amz-copy-source": `/${BUCKET}/${key}` } });

describe("a key that is held to prefixes", () => {
  it.each<[string, Ask, number]>([
    ["read below them", { method: "GET", key: "library/ada/1" }, 200],
    ["write below them", { method: "PUT", key: "inbox/ada/2", body: "x" }, 200],
    ["list below them", list("library/ada/"), 200],
    ["list deeper", list("library/ada/20"), 200],
    ["copy within them", copyFrom("library/ada/1"), 200],
    ["ask where the bucket is", { method: "GET", query: [["location", ""]] }, 200],
    ["see that the bucket is there", { method: "HEAD" }, 200],
  ])("may %s", async (_, request, status) => {
    expect((await ask(request))[0]).toBe(status);
  });

  it.each<[string, Ask]>([
    ["read elsewhere", { method: "GET", key: "library/bob/1" }],
    ["learn whether a key elsewhere is there", { method: "GET", key: "library/bob/none" }],
    ["write elsewhere", { method: "PUT", key: "library/adam", body: "x" }],
    ["delete elsewhere", { method: "DELETE", key: "top" }],
    ["list everything", list("")],
    ["list above", list("library/a")],
    ["copy from elsewhere", copyFrom("library/bob/1")],
    ["start an upload elsewhere", { method: "POST", key: "top", query: [["uploads", ""]] }],
    ["list all uploads", { method: "GET", query: [["uploads", ""]] }],
    ["change the bucket", { method: "PUT", query: [["cors", ""]], body: "" }],
    ["delete the bucket", { method: "DELETE" }],
    ["make a bucket", { method: "PUT", bucket: "mine" }],
    ["see another bucket", { method: "HEAD", bucket: "other" }],
    ["reach up by dots", { method: "GET", key: "library/ada/../bob/1" }],
  ])("may not %s", async (_, request) => {
    const [status, code] = await ask(request);
    const expected =
      request.key?.includes("..") === true ? [404, "NoSuchKey"] : [403, request.method === "HEAD" ? undefined : "AccessDenied"];
    expect([status, code]).toEqual(expected);
  });

  it("sees only buckets in which it has something", async () => {
    expect(texts((await s3.ask({ method: "GET", bucket: "", keys: ADA })).text, "Name")).toEqual([BUCKET]);
  });

  it("deletes of many keys only its own", async () => {
    await s3.ask({ method: "PUT", key: "library/ada/old", body: "x" });
    const body = "<Delete><Object><Key>library/ada/old</Key></Object><Object><Key>library/bob/1</Key></Object></Delete>";
    const answer = await s3.ask({ method: "POST", query: [["delete", ""]], body, keys: ADA });
    expect([texts(answer.text, "Key"), texts(answer.text, "Code")]).toEqual([["library/ada/old", "library/bob/1"], ["AccessDenied"]]);
    expect((await s3.ask({ method: "GET", key: "library/bob/1" })).status).toBe(200);
  });
});
