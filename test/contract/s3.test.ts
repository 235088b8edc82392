import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { createServer, type ObjectEvent, type Server } from "@tintype/s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const credentials = { accessKeyId: "test", secretAccessKey: "secret" };
const Bucket = "photos";
let dir: string;
let server: Server;
let s3: S3Client;
const events: ObjectEvent[] = [];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "s3-"));
  server = await createServer({ dir, credentials: [credentials] });
  await server.listen(0);
  server.onEvent((event) => events.push(event));
  await server.createBucket(Bucket);
  s3 = new S3Client({ region: "us-east-1", endpoint: server.url, forcePathStyle: true, credentials });
});

afterAll(async () => {
  s3.destroy();
  await server.close();
  await rm(dir, { recursive: true });
});

describe("objects through the AWS SDK", () => {
  it("are plain files under readable names, and come back as they went in", async () => {
    const Key = "library/ada/2024/07/été ☀️.jpg";
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: "picture", ContentType: "image/jpeg", Metadata: { by: "ada" } }));
    expect(await readFile(join(dir, Bucket, Key), "utf8")).toBe("picture");
    const got = await s3.send(new GetObjectCommand({ Bucket, Key }));
    expect(await got.Body?.transformToString()).toBe("picture");
    expect(got).toMatchObject({
      ContentType: "image/jpeg",
      Metadata: { by: "ada" },
      ETag: `"${createHash("md5").update("picture").digest("hex")}"`,
    });
    expect(events.at(-1)).toMatchObject({ name: "ObjectCreated:Put", key: Key, size: 7 });
  });

  it("are listed in UTF-8 byte order and gone after a delete", async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: "z/\u{1f600}", Body: "" }));
    await s3.send(new PutObjectCommand({ Bucket, Key: "z/\uff5e", Body: "" }));
    const listed = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: "z/" }));
    expect(listed.Contents?.map(({ Key }) => Key)).toEqual(["z/\uff5e", "z/\u{1f600}"]);
    await s3.send(new DeleteObjectCommand({ Bucket, Key: "z/\uff5e" }));
    await expect(s3.send(new HeadObjectCommand({ Bucket, Key: "z/\uff5e" }))).rejects.toMatchObject({ name: "NotFound" });
  });

  it("can be read by a presigned URL until it is tampered with", async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: "a b+c", Body: "x" }));
    const url = await getSignedUrl(
      s3,
      new GetObjectCommand({ Bucket, Key: "a b+c", ResponseContentDisposition: 'attachment; filename="q"' }),
    );
    const answer = await fetch(url);
    expect([answer.status, await answer.text(), answer.headers.get("content-disposition")]).toEqual([200, "x", 'attachment; filename="q"']);
    expect((await fetch(url.replace("a%20b", "a%20c"))).status).toBe(403);
  });
});
