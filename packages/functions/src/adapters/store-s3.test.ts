import { createServer, type Server } from "node:http";
import { GetObjectCommand, PutObjectCommand, UploadPartCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { AppError } from "@tintype/core/kernel";
import { createUrlSigner, type SignRequest } from "@tintype/core/storage";
import { afterEach, describe, expect, it } from "vitest";
import { createS3Store } from "./store-s3.ts";
import { createClient } from "./store-s3-client.ts";

const OPTIONS = {
  endpoint: "http://127.0.0.1:3001",
  bucket: "photos",
  region: "eu-central-1",
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
};
const at = new Date("2026-11-24T10:20:30Z");
const Bucket = "photos";
const Key = "library/anna/2026/11/Über uns (1)~0a1b2c3d.jpg";

describe("our signature equals the AWS SDK's", () => {
  const client = createClient(OPTIONS);
  const presigning = { signingDate: at, expiresIn: 900 };

  /** Signs anew what the SDK has signed: the same parameters, but the signature. */
  const signAgain = (
    theirs: string,
    method: SignRequest["method"],
    headers: Record<string, string> = {},
    sessionToken?: string,
  ): string => {
    const query = Object.fromEntries([...new URL(theirs).searchParams].filter(([name]) => !OURS.has(name)));
    const sign = createUrlSigner({ ...OPTIONS, sessionToken, pathStyle: true });
    return sign({ method, key: Key, query, headers, expiresIn: 900, at });
  };
  const OURS = new Set(
    ["Algorithm", "Credential", "Date", "Expires", "SignedHeaders", "Signature", "Security-Token"].map((name) => `X-Amz-${name}`),
  );
  const signatureOf = (url: string) => new URL(url).searchParams.get("X-Amz-Signature");

  it("for reading, with the answer's headers", async () => {
    const input = { Bucket, Key, ResponseContentDisposition: `attachment; filename*=UTF-8''%C3%BC.jpg`, ResponseContentType: "image/jpeg" };
    const theirs = await getSignedUrl(client, new GetObjectCommand(input), presigning);
    expect(signatureOf(signAgain(theirs, "GET"))).toBe(signatureOf(theirs));
  });

  it("for a PUT that pins everything", async () => {
    const checksum = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    const pins = { ContentLength: 10, ContentType: "image/jpeg", ChecksumSHA256: checksum, IfNoneMatch: "*" };
    const theirs = await getSignedUrl(client, new PutObjectCommand({ Bucket, Key, ...pins }), {
      ...presigning,
      unhoistableHeaders: new Set(["x-amz-checksum-sha256"]),
      signableHeaders: new Set(["content-length", "content-type", "host", "if-none-match", "x-amz-checksum-sha256"]),
    });
    const headers = { "content-length": "10", "content-type": "image/jpeg", "if-none-match": "*", "x-amz-checksum-sha256": checksum };
    const ours = signAgain(theirs, "PUT", headers);
    expect(new URL(theirs).searchParams.get("X-Amz-SignedHeaders")).toBe(new URL(ours).searchParams.get("X-Amz-SignedHeaders"));
    expect(signatureOf(ours)).toBe(signatureOf(theirs));
  });

  it("for a part", async () => {
    const part = new UploadPartCommand({ Bucket, Key, UploadId: "a/b+c==", PartNumber: 7, ContentLength: 10 });
    const theirs = await getSignedUrl(client, part, presigning);
    expect(signatureOf(signAgain(theirs, "PUT", { "content-length": "10" }))).toBe(signatureOf(theirs));
  });

  it("with credentials that are lent for a while", async () => {
    const sessionToken = "FwoGZXIvYXdzEBYaDH+/=token";
    const theirs = await getSignedUrl(createClient({ ...OPTIONS, sessionToken }), new GetObjectCommand({ Bucket, Key }), presigning);
    expect(new URL(theirs).searchParams.get("X-Amz-Security-Token")).toBe(sessionToken);
    expect(signatureOf(signAgain(theirs, "GET", {}, sessionToken))).toBe(signatureOf(theirs));
  });
});

describe("a store that fails", () => {
  let server: Server | undefined;
  afterEach(() => server?.close());

  /** A store that answers every request with this status and S3 error code. */
  const failing = async (status: number, code: string) => {
    const body = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`;
    return listen((_, response) => response.writeHead(status, { "content-type": "application/xml" }).end(body));
  };
  const listen = async (handler: Parameters<typeof createServer>[1]) => {
    server = createServer(handler);
    await new Promise((resolve) => server?.listen(0, "127.0.0.1", () => resolve(undefined)));
    const address = server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    return createS3Store({ ...OPTIONS, endpoint: `http://127.0.0.1:${port}` });
  };
  const put = (store: ReturnType<typeof createS3Store>) => store.put("a", Uint8Array.of(1), { type: "text/plain" });

  it.each([
    [404, "NoSuchBucket", "storage_unavailable"],
    [403, "AccessDenied", "storage_unavailable"],
    [403, "RequestTimeTooSkewed", "storage_unavailable"],
    [503, "SlowDown", "storage_unavailable"],
    [507, "InsufficientStorage", "storage_full"],
    [507, "XMinioStorageFull", "storage_full"],
    [400, "BadDigest", "checksum_mismatch"],
    [400, "EntityTooLarge", "too_large"],
    [412, "PreconditionFailed", "conflict"],
    [409, "ConditionalRequestConflict", "conflict"],
  ])("with %i %s throws %s", async (status, code, expected) => {
    const store = await failing(status, code);
    await expect(put(store)).rejects.toMatchObject({ name: "AppError", code: expected });
    store.close();
  });

  it("names the store's own code, and drags no request and signature along", async () => {
    const store = await failing(403, "SignatureDoesNotMatch");
    const error: unknown = await put(store).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AppError);
    expect(String(error)).toContain("SignatureDoesNotMatch");
    expect(JSON.stringify(error instanceof AppError ? error.cause : error)).not.toMatch(/authorization|Signature=/iu);
    store.close();
  });

  it("by not being there throws storage_unavailable, naming why", async () => {
    const store = await failing(200, "");
    await new Promise((resolve) => server?.close(resolve));
    await expect(store.head("a")).rejects.toMatchObject({ code: "storage_unavailable", message: expect.stringContaining("ECONNREFUSED") });
    store.close();
  });

  it("to answer when it has removed an object is not asked to remove what came to its place since", async () => {
    const removed: string[] = [];
    const lastModified = new Date(0).toUTCString();
    const store = await listen((request, response) => {
      if (request.method !== "DELETE") {
        const etag = removed.length === 0 ? '"seen"' : '"another"';
        return response.writeHead(200, { etag, "content-length": "4", "last-modified": lastModified }).end();
      }
      removed.push(request.url ?? "");
      return response.destroy();
    });
    expect(await store.removeSame({ key: "a", etag: "seen", size: 4, lastModified: new Date(0) })).toBe(false);
    expect(removed).toHaveLength(1);
    store.close();
  });

  it("to say anything is away after 20 s, for who reads an object too", { timeout: 40_000 }, async () => {
    const store = await listen(() => undefined);
    await expect(store.get("a", { start: 0, end: 0 })).rejects.toMatchObject({ code: "storage_unavailable" });
    server?.closeAllConnections();
    store.close();
  });

  it("in the middle of an object throws storage_unavailable to its reader", async () => {
    const store = await listen((_, response) => {
      response.writeHead(200, { "content-length": "1000" }).write("the beginning");
      setTimeout(() => response.destroy(), 20);
    });
    await expect(new Response(await store.get("a")).text()).rejects.toMatchObject({ code: "storage_unavailable" });
    store.close();
  });
});
