import { describe, expect, it } from "vitest";
import { S3Error } from "./error.ts";
import { verifyPolicy } from "./policy.ts";
import { hmac, signingKey } from "./sigv4.ts";

const SCOPE = "20130524/us-east-1/s3/aws4_request";
const settings = {
  credentials: [{ accessKeyId: "key", secretAccessKey: "secret" }],
  region: "us-east-1",
  maxClockSkew: 900_000,
  now: () => Date.parse("2013-05-24T00:00:00Z"),
};
const bucket = { bucket: "photos" };
const anyKey = ["starts-with", "$key", ""];

/** "allowed", or why the form is refused. */
function outcome(fields: Record<string, string>, conditions: unknown[]): string {
  const signed = { "x-amz-algorithm": "AWS4-HMAC-SHA256", "x-amz-credential": `key/${SCOPE}`, "x-amz-date": "20130524T000000Z" };
  const all = [...conditions, ...Object.entries(signed).map(([name, value]) => ({ [name]: value }))];
  const policy = Buffer.from(JSON.stringify({ expiration: "2013-05-25T00:00:00Z", conditions: all })).toString("base64");
  const signature = hmac(signingKey("secret", SCOPE.split("/")), policy).toString("hex");
  const form = { bucket: "photos", key: "a", ...fields, ...signed, policy, "x-amz-signature": signature };
  try {
    verifyPolicy(new Map(Object.entries(form)), settings);
    return "allowed";
  } catch (error) {
    if (!(error instanceof S3Error)) throw error;
    return error.message.replace("Invalid according to Policy: ", "");
  }
}

describe("a policy's starts-with condition", () => {
  it.each([
    ["content-type", "image/png", "image/", true],
    ["content-type", "image/png,image/jpeg", "image/", true],
    ["content-type", "image/png, image/jpeg", "image/", true],
    ["content-type", "image/png,text/html", "image/", false],
    ["content-type", "text/html,image/png", "image/", false],
    ["content-type", "image/png,", "image/", false],
    ["content-type", "text/html,image/png", "", true],
    ["key", "user/a,b.jpg", "user/", true],
    ["key", "other/a,user/b.jpg", "user/", false],
    ["x-amz-meta-tags", "a,b", "a", true],
    ["x-amz-meta-tags", "a,b", "a,", true],
  ])("on %s %j by %j: %s", (name, given, prefix, allowed) => {
    const failed = `Policy Condition failed: ["starts-with", "$${name}", "${prefix}"]`;
    const others = name === "key" ? [] : [anyKey];
    expect(outcome({ [name]: given }, [bucket, ...others, ["starts-with", `$${name}`, prefix]])).toBe(allowed ? "allowed" : failed);
  });
});

describe("a policy's bucket", () => {
  it.each([
    ["named", [bucket, anyKey], "allowed"],
    ["named by eq", [["eq", "$bucket", "photos"], anyKey], "allowed"],
    ["another", [{ bucket: "other" }, anyKey], 'Policy Condition failed: ["eq", "$bucket", "other"]'],
    ["missing", [anyKey], "Extra input fields: bucket"],
  ])("is %s", (_, conditions, expected) => {
    expect(outcome({}, conditions)).toBe(expected);
  });
});
