import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import {
  AbortMultipartUploadCommand,
  ChecksumAlgorithm,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketCorsCommand,
  GetBucketVersioningCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  paginateListObjectsV2,
  paginateListParts,
  PutBucketCorsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KEYS } from "../support/s3-process.ts";
import { BUCKET as Bucket, startServer, type TestServer } from "../support/s3-server.ts";
import { md5 } from "../support/s3-sign.ts";

let server: TestServer;
let s3: S3Client;
beforeAll(async () => {
  server = await startServer();
  s3 = new S3Client({ region: "us-east-1", endpoint: server.server.url, forcePathStyle: true, credentials: KEYS });
});
afterAll(async () => {
  s3.destroy();
  await server.stop();
});

const text = async (Key: string): Promise<string | undefined> =>
  (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();
const put = async (Key: string, Body: string) => s3.send(new PutObjectCommand({ Bucket, Key, Body }));

describe("the AWS SDK with its own settings", () => {
  it("puts objects that are plain files under readable names, and gets them as they went in", async () => {
    const Key = "library/ada/2024/07/été ☀️.jpg";
    await s3.send(
      new PutObjectCommand({ Bucket, Key, Body: "picture", ContentType: "image/jpeg", Metadata: { by: "ada" }, Tagging: "a=1" }),
    );
    expect(await readFile(join(server.dir, Bucket, Key), "utf8")).toBe("picture");
    const got = await s3.send(new GetObjectCommand({ Bucket, Key }));
    expect(await got.Body?.transformToString()).toBe("picture");
    expect(got).toMatchObject({ ContentType: "image/jpeg", Metadata: { by: "ada" }, ETag: `"${md5("picture")}"`, TagCount: 1 });
    const { TagSet } = await s3.send(new GetObjectTaggingCommand({ Bucket, Key }));
    expect(TagSet).toEqual([{ Key: "a", Value: "1" }]);
  });

  it.each(Object.values(ChecksumAlgorithm).filter((algorithm) => ["CRC32", "CRC32C", "SHA1", "SHA256", "CRC64NVME"].includes(algorithm)))(
    "sends %s with a body and checks it on the way back",
    async (name) => {
      const Body = randomBytes(100_000);
      const sent = await s3.send(new PutObjectCommand({ Bucket, Key: "sum", Body, ChecksumAlgorithm: name }));
      const got = await s3.send(new GetObjectCommand({ Bucket, Key: "sum", ChecksumMode: "ENABLED" }));
      expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(Body)).toBe(true);
      const field = `Checksum${name}` as "ChecksumCRC32";
      expect([sent[field], got.ChecksumType]).toEqual([got[field], "FULL_OBJECT"]);
      const about = await s3.send(new GetObjectAttributesCommand({ Bucket, Key: "sum", ObjectAttributes: ["Checksum", "ObjectSize"] }));
      expect([about.Checksum?.[field], about.ObjectSize]).toEqual([sent[field], 100_000]);
    },
  );

  it("streams a body of known length in chunks with a trailer", async () => {
    const data = randomBytes(3_000_000);
    const Body = Readable.from([data.subarray(0, 1_000_000), data.subarray(1_000_000)]);
    await s3.send(new PutObjectCommand({ Bucket, Key: "stream", Body, ContentLength: data.length }));
    expect((await readFile(join(server.dir, Bucket, "stream"))).equals(data)).toBe(true);
  });

  it("uploads in parts, lists and aborts", async () => {
    const Key = "parts";
    const [first, last] = [randomBytes(5 << 20), randomBytes(10)];
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key, ChecksumAlgorithm: "CRC32" }));
    const Parts = [];
    for (const [index, Body] of [first, last].entries()) {
      const { ETag, ChecksumCRC32 } = await s3.send(
        new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: index + 1, Body, ChecksumAlgorithm: "CRC32" }),
      );
      Parts.push({ ETag, ChecksumCRC32, PartNumber: index + 1 });
    }
    const listed = [];
    for await (const page of paginateListParts({ client: s3, pageSize: 1 }, { Bucket, Key, UploadId })) listed.push(...(page.Parts ?? []));
    expect(listed.map(({ ETag, PartNumber }) => ({ ETag, PartNumber }))).toEqual(
      Parts.map(({ ETag, PartNumber }) => ({ ETag, PartNumber })),
    );
    const { ETag } = await s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));
    expect(ETag).toMatch(/^"[0-9a-f]{32}-2"$/u);
    expect((await readFile(join(server.dir, Bucket, Key))).equals(Buffer.concat([first, last]))).toBe(true);
    const second = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "aborted" }));
    await s3.send(new AbortMultipartUploadCommand({ Bucket, Key: "aborted", UploadId: second.UploadId }));
    expect((await s3.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads).toBeUndefined();
  });

  it("lists page by page in UTF-8 byte order, copies, and deletes many at once", async () => {
    const keys = ["z/\u{1f600}", "z/\uff5e", "z/a b", "z/a+b", "z/ä"];
    for (const key of keys) await put(key, key);
    const listed: (string | undefined)[] = [];
    for await (const page of paginateListObjectsV2({ client: s3, pageSize: 2 }, { Bucket, Prefix: "z/" })) {
      listed.push(...(page.Contents ?? []).map(({ Key }) => Key));
    }
    expect(listed).toEqual(["z/a b", "z/a+b", "z/ä", "z/\uff5e", "z/\u{1f600}"]);
    await s3.send(new CopyObjectCommand({ Bucket, Key: "y/copy", CopySource: `${Bucket}/${encodeURIComponent("z/a+b")}` }));
    expect(await text("y/copy")).toBe("z/a+b");
    const versions = await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: "z/" }));
    expect(versions.Versions?.map(({ VersionId, IsLatest }) => [VersionId, IsLatest])).toEqual(keys.map(() => ["null", true]));
    const { Deleted } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: keys.map((Key) => ({ Key })) } }));
    expect(Deleted).toHaveLength(keys.length);
    await expect(s3.send(new HeadObjectCommand({ Bucket, Key: "z/ä" }))).rejects.toMatchObject({ name: "NotFound" });
  });

  it("makes and removes buckets, and sees what they have not", async () => {
    await s3.send(new CreateBucketCommand({ Bucket: "second-bucket" }));
    await s3.send(new HeadBucketCommand({ Bucket: "second-bucket" }));
    expect((await s3.send(new GetBucketVersioningCommand({ Bucket: "second-bucket" }))).Status).toBeUndefined();
    const CORSRules = [
      { ID: "web", AllowedMethods: ["GET", "PUT"], AllowedOrigins: ["https://*.example"], AllowedHeaders: ["*"], ExposeHeaders: ["ETag"] },
      { AllowedMethods: ["HEAD"], AllowedOrigins: ["*"], MaxAgeSeconds: 60 },
    ];
    await s3.send(new PutBucketCorsCommand({ Bucket: "second-bucket", CORSConfiguration: { CORSRules } }));
    expect((await s3.send(new GetBucketCorsCommand({ Bucket: "second-bucket" }))).CORSRules).toEqual(CORSRules);
    expect((await s3.send(new ListBucketsCommand({}))).Buckets?.map(({ Name }) => Name)).toEqual([Bucket, "second-bucket"]);
    await s3.send(new DeleteBucketCommand({ Bucket: "second-bucket" }));
    await expect(s3.send(new HeadBucketCommand({ Bucket: "second-bucket" }))).rejects.toMatchObject({ name: "NotFound" });
  });

  it("knows the errors by their names", async () => {
    await put("there", "x");
    await expect(s3.send(new GetObjectCommand({ Bucket, Key: "none" }))).rejects.toMatchObject({ name: "NoSuchKey" });
    await expect(s3.send(new PutObjectCommand({ Bucket, Key: "there", Body: "y", IfNoneMatch: "*" }))).rejects.toMatchObject({
      name: "PreconditionFailed",
    });
    await expect(s3.send(new GetObjectCommand({ Bucket, Key: "there", Range: "bytes=9-" }))).rejects.toMatchObject({
      name: "InvalidRange",
    });
    await s3.send(new DeleteObjectCommand({ Bucket, Key: "none" }));
  });

  it("presigns URLs that work until they are tampered with", async () => {
    await put("a b+c", "x");
    const url = await getSignedUrl(
      s3,
      new GetObjectCommand({ Bucket, Key: "a b+c", ResponseContentDisposition: 'attachment; filename="q"' }),
    );
    const answer = await fetch(url);
    expect([answer.status, await answer.text(), answer.headers.get("content-disposition")]).toEqual([200, "x", 'attachment; filename="q"']);
    expect((await fetch(url.replace("a%20b", "a%20c"))).status).toBe(403);
    const upload = await getSignedUrl(s3, new PutObjectCommand({ Bucket, Key: "presigned", Metadata: { by: "ada" } }));
    expect((await fetch(upload, { method: "PUT", body: "sent" })).status).toBe(200);
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: "presigned" }));
    expect([await got.Body?.transformToString(), got.Metadata]).toEqual(["sent", { by: "ada" }]);
  });
});
