import { KEYS_OF_BODIES, MINIO_BODIES, OWN_BODIES, VERSITYGW_BODIES, VERSITYGW_TEST } from "@tintype/test/messages";
import { describe, expect, it } from "vitest";
import { hints } from "./event.ts";

/** The keys of what a message hints at. */
const keysIn = (message: unknown, bucket: string) => hints(message, bucket)?.map(({ key }) => key);

const record = (key: string, eventName = "ObjectCreated:Put", bucket = "photos") => ({
  eventName,
  s3: { bucket: { name: bucket }, object: { key, size: 1, eTag: "e" } },
});

const bound = (key: string, action = "PutObject") => ({
  account: "3f4b7e3dcab231cbfdaa90a6a28bd548",
  action,
  bucket: "photos",
  object: { key, size: 65536, eTag: "c846ff7a18f28c2e262116d6e8719ef0" },
  eventTime: "2026-11-24T19:36:44.379Z",
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
    ["what waits to be moved", { Records: [record("incoming/1"), record("inbox/ada/a.jpg")] }, ["incoming/1", "inbox/ada/a.jpg"]],
    ["what we derive ourselves", { Records: [record("derived/1/thumb-1.webp")] }, []],
    ["another bucket", { Records: [record("library/a/b", "ObjectCreated:Put", "backup")] }, []],
    ["a change of tags", { Records: [record("library/a/b", "ObjectTagging:Put")] }, []],
    ["AWS's test", { Service: "Amazon S3", Event: "s3:TestEvent", Bucket: "photos" }, []],
    ["nothing at all", { Records: [] }, []],
    ["R2, whose key is as it is", bound("library/ada/a+b%20c.jpg"), ["library/ada/a+b%20c.jpg"]],
    ["R2, the end of a multipart upload", bound("library/ada/a.mp4", "CompleteMultipartUpload"), ["library/ada/a.mp4"]],
    [
      "R2, a removal, which has no size and no etag",
      { ...bound("library/a/b", "DeleteObject"), object: { key: "library/a/b" } },
      ["library/a/b"],
    ],
    ["R2, what it will tell one day", bound("library/a/b", "RenamedFolder"), []],
    ["R2, another bucket", { ...bound("library/a/b"), bucket: "backup" }, []],
  ])("of %s hints at the right keys", (_, message, keys) => {
    expect(keysIn(message, "photos")).toEqual(keys);
  });

  it.each([
    ["MinIO", MINIO_BODIES],
    ["our own server", OWN_BODIES],
    ["versitygw", VERSITYGW_BODIES],
  ])("as %s really sends it hints at the very object", (_, bodies) => {
    for (const [i, key] of KEYS_OF_BODIES.entries()) expect(keysIn(JSON.parse(bodies[i] ?? ""), "photos")).toContain(key);
  });

  it("of MinIO has one reading: it encodes the slashes, too", () => {
    expect(MINIO_BODIES.map((body) => keysIn(JSON.parse(body), "photos"))).toEqual(KEYS_OF_BODIES.map((key) => [key]));
  });

  it("of versitygw's start is known, and hints at nothing", () => {
    expect(keysIn(JSON.parse(VERSITYGW_TEST), "photos")).toEqual([]);
  });

  it.each([
    [null],
    [[]],
    ["text"],
    [7],
    [{}],
    [{ Records: [{ eventName: "ObjectCreated:Put" }] }],
    [{ Records: [{ body: "{" }] }],
    [{ key: "a" }],
  ])("%j is none of a store", (message) => {
    expect(keysIn(message, "photos")).toBeUndefined();
  });

  it.each([
    ["with a NUL", "library/a/b\0c"],
    ["with half a character", "library/a/\ud83d"],
    ["of 1,025 bytes", `library/a/${"é".repeat(507)}x`],
  ])("with a key %s is no object's, and no database takes it", (_, key) => {
    expect(keysIn({ Records: [record(key), record("library/a/good")] }, "photos")).toEqual(["library/a/good"]);
    expect(keysIn({ name: "ObjectCreated:Put", bucket: "photos", key }, "photos")).toEqual([]);
  });

  it("may have a key of 1,024 bytes", () => {
    const key = `library/a/${"é".repeat(507)}`;
    expect(keysIn({ Records: [record(key)] }, "photos")).toEqual([key]);
  });
});

describe("a message that came through a queue or a topic of AWS", () => {
  const inside = JSON.stringify({ Records: [record("library/a/b"), record("library/a/c", "ObjectRemoved:Delete")] });
  const sns = {
    Type: "Notification",
    MessageId: "1",
    TopicArn: "arn:aws:sns:us-east-1:1:t",
    Subject: "Amazon S3 Notification",
    Message: inside,
  };

  it.each([
    ["SNS", sns],
    ["SQS, received", { MessageId: "1", ReceiptHandle: "r", MD5OfBody: "m", Body: inside }],
    ["SQS, several received", { Messages: [{ MessageId: "1", Body: inside }, { Body: "no JSON" }] }],
    ["SQS, to a function", { Records: [{ messageId: "1", body: inside, eventSource: "aws:sqs" }] }],
    ["SNS, to a function", { Records: [{ EventSource: "aws:sns", Sns: sns }] }],
    ["SNS in SQS", { Records: [{ messageId: "1", body: JSON.stringify(sns), eventSource: "aws:sqs" }] }],
  ])("%s is unwrapped", (_, message) => {
    expect(keysIn(message, "photos")).toEqual(["library/a/b", "library/a/c"]);
  });

  it("is not looked for deeper than it can be", () => {
    const thrice = { Body: JSON.stringify({ Body: JSON.stringify({ Body: inside }) }) };
    expect(keysIn(thrice, "photos")).toBeUndefined();
  });

  it("tries the target out", () => {
    expect(keysIn({ Records: [{ body: '{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"photos"}' }] }, "photos")).toEqual([]);
  });

  it.each([
    ["Object Created", ["library/a/b+c%20d"]],
    ["Object Deleted", ["library/a/b+c%20d"]],
    ["Object Restore Completed", ["library/a/b+c%20d"]],
    ["Object Tags Added", []],
  ])("EventBridge's %s has its key as it is", (name, keys) => {
    const detail = { version: "0", bucket: { name: "photos" }, object: { key: "library/a/b+c%20d", size: 5 }, reason: "PutObject" };
    const message = {
      version: "0",
      id: "1",
      "detail-type": name,
      source: "aws.s3",
      account: "1",
      resources: ["arn:aws:s3:::photos"],
      detail,
    };
    expect(keysIn(message, "photos")).toEqual(keys);
  });
});

/** As SeaweedFS builds it (weed/notification/webhook/http.go, weed/filer/filer_notify.go): the filer's path, and protobuf's fields as JSON. */
describe("a message of SeaweedFS's filer", () => {
  const entry = (name: string) => ({ name, chunks: [{ file_id: "6,01a2", size: 3 }], attributes: { file_size: 3, mtime: 1_764_382_609 } });
  const path = "/buckets/photos/library/ada/a b+c%20d/100% 🌅.jpg";
  const key = "library/ada/a b+c%20d/100% 🌅.jpg";

  it.each([
    [
      "created",
      {
        key: path,
        event_type: "create",
        message: { new_entry: entry("100% 🌅.jpg"), new_parent_path: "/buckets/photos/library/ada/a b+c%20d" },
      },
      [key],
    ],
    [
      "overwritten",
      {
        key: path,
        event_type: "update",
        message: {
          old_entry: entry("100% 🌅.jpg"),
          new_entry: entry("100% 🌅.jpg"),
          new_parent_path: "/buckets/photos/library/ada/a b+c%20d",
        },
      },
      [key],
    ],
    ["removed", { key: path, event_type: "delete", message: { old_entry: entry("100% 🌅.jpg"), delete_chunks: true } }, [key]],
    [
      "moved",
      {
        key: path,
        event_type: "rename",
        message: { old_entry: entry("100% 🌅.jpg"), new_entry: entry("b.jpg"), new_parent_path: "/buckets/photos/library/ada" },
      },
      [key, "library/ada/b.jpg"],
    ],
    [
      "moved in from another bucket",
      {
        key: "/buckets/other/library/x.jpg",
        event_type: "rename",
        message: { old_entry: entry("x.jpg"), new_entry: entry("x.jpg"), new_parent_path: "/buckets/photos/library/ada" },
      },
      ["library/ada/x.jpg"],
    ],
    [
      "a part of an upload",
      { key: "/buckets/photos/.uploads/1/0001.part", event_type: "create", message: { new_entry: entry("0001.part") } },
      [],
    ],
    ["a bucket", { key: "/buckets/photos", event_type: "create", message: { new_entry: { name: "photos", is_directory: true } } }, []],
    ["what is no bucket's", { key: "/etc/iam/identity.json", event_type: "update", message: {} }, []],
  ])("%s", (_, message, keys) => {
    expect(keysIn(message, "photos")).toEqual(keys);
  });
});

describe("of what happened a hint tells", () => {
  const at = new Date("2026-11-24T19:36:44.379Z");

  it.each([
    ["nothing but the key where no more is said", { name: "ObjectCreated:Put", bucket: "photos", key: "inbox/a/b" }, { key: "inbox/a/b" }],
    [
      "etag and time",
      { Records: [{ ...record("inbox/a/b"), eventTime: "2026-11-24T19:36:44.379Z" }] },
      { key: "inbox/a/b", etag: "e", at },
    ],
    ["a copy", { Records: [record("library/a/b", "s3:ObjectCreated:Copy")] }, { key: "library/a/b", is: "copied", etag: "e" }],
    [
      "a removal",
      { Records: [record("library/a/b", "ObjectRemoved:DeleteMarkerCreated")] },
      { key: "library/a/b", is: "removed", etag: "e" },
    ],
    ["R2's copy", bound("library/a/b", "CopyObject"), { key: "library/a/b", is: "copied", etag: "c846ff7a18f28c2e262116d6e8719ef0", at }],
    ["R2's removal", { ...bound("inbox/a/b", "DeleteObject"), object: { key: "inbox/a/b" } }, { key: "inbox/a/b", is: "removed", at }],
    [
      "no more of two events of one key",
      { Records: [record("library/a/b", "ObjectCreated:Copy"), record("library/a/b")] },
      { key: "library/a/b" },
    ],
    [
      "no time that is none, and no etag that is none",
      {
        Records: [
          {
            eventName: "ObjectCreated:Put",
            eventTime: "soon",
            s3: { bucket: { name: "photos" }, object: { key: "inbox/a/b", eTag: null } },
          },
        ],
      },
      { key: "inbox/a/b" },
    ],
  ])("%s", (_, message, hint) => {
    expect(hints(message, "photos")).toEqual([hint]);
  });

  it("of versitygw its etag without quotes", () => {
    expect(hints(JSON.parse(VERSITYGW_BODIES[4]), "photos")?.[0]).toMatchObject({ is: "copied", etag: "764efa883dda1e11db47671c4a3bbd9e" });
  });
});
