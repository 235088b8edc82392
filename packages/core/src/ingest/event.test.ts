import { describe, expect, it } from "vitest";
import { hints } from "./event.ts";

const record = (key: string, eventName = "ObjectCreated:Put", bucket = "photos") => ({
  eventName,
  s3: { bucket: { name: bucket }, object: { key, size: 1, eTag: "e" } },
});

describe("a store's message", () => {
  it.each([
    ["AWS, form-encoded", { Records: [record("library/ada/2026/03/a~0123abcd.jpg")] }, ["library/ada/2026/03/a~0123abcd.jpg"]],
    [
      "MinIO, slashes encoded too",
      { EventName: "s3:ObjectCreated:Put", Key: "photos/x", Records: [record("library%2Fada%2Fa.jpg", "s3:ObjectCreated:Put")] },
      ["library/ada/a.jpg"],
    ],
    [
      "a space and a plus: both readings",
      { Records: [record("library/ada/a+b%2Bc.jpg")] },
      ["library/ada/a b+c.jpg", "library/ada/a+b%2Bc.jpg"],
    ],
    [
      "an accent, encoded",
      { Records: [record("library/ada/%C3%A9t%C3%A9.jpg")] },
      ["library/ada/été.jpg", "library/ada/%C3%A9t%C3%A9.jpg"],
    ],
    ["a name that no decoder takes", { Records: [record("library/ada/100%.jpg")] }, ["library/ada/100%.jpg"]],
    ["the end of a multipart upload", { Records: [record("library/a/b", "ObjectCreated:CompleteMultipartUpload")] }, ["library/a/b"]],
    ["a removal", { Records: [record("library/a/b", "ObjectRemoved:Delete")] }, ["library/a/b"]],
    [
      "our own server, in process",
      { name: "ObjectCreated:Put", bucket: "photos", key: "library/ada/a+b.jpg", size: 3, at: "2026-01-01T00:00:00Z", sequencer: "0" },
      ["library/ada/a+b.jpg"],
    ],
    [
      "several of one key",
      { Records: [record("library/a/b"), record("library/a/b", "ObjectCreated:Copy"), record("library/a/c")] },
      ["library/a/b", "library/a/c"],
    ],
    ["what we derive ourselves", { Records: [record("derived/1/thumb-1.webp")] }, []],
    ["another bucket", { Records: [record("library/a/b", "ObjectCreated:Put", "backup")] }, []],
    ["a change of tags", { Records: [record("library/a/b", "ObjectTagging:Put")] }, []],
    ["AWS's test", { Service: "Amazon S3", Event: "s3:TestEvent", Bucket: "photos" }, []],
    ["nothing", null, []],
    ["another shape", { Records: [{ eventName: "ObjectCreated:Put" }] }, []],
  ])("of %s hints at the right keys", (_, message, keys) => {
    expect(hints(message, "photos")).toEqual(keys);
  });
});
