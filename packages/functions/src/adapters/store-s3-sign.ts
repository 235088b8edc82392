import { PutObjectCommand, type S3Client, UploadPartCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { createSigner as createOwnSigner, type Signer } from "@tintype/core/storage";
import { createClient, type S3Options } from "./store-s3-client.ts";

/** Origins remembered; a laptop has a handful of names, and who invents more only makes us forget them. */
const REMEMBERED = 16;

/** Headers of a PUT that are signed, so that a leaked URL can only write those exact bytes, once. */
const PINNED = new Set(["content-length", "content-type", "host", "if-none-match", "x-amz-checksum-sha256"]);

/** Gives the signer for an endpoint, the one that the browser reaches. What is for reading is signed by ourselves: a page wants 250 at once. */
export function createSigners(options: S3Options): (endpoint: string) => Signer {
  const known = new Map<string, Signer>();
  return (endpoint) => {
    const signer = known.get(endpoint) ?? createSigner({ ...options, endpoint });
    known.delete(endpoint);
    known.set(endpoint, signer);
    for (const oldest of known.keys()) {
      if (known.size <= REMEMBERED) break;
      known.delete(oldest);
    }
    return signer;
  };
}

/**
 * A signer whose PUTs come from the AWS SDK. Everything that a signed PUT pins must be sent as told; only content-length, which
 * browsers set themselves, is not in `headers`.
 */
function createSigner(options: S3Options): Signer {
  const { bucket: Bucket, now = () => new Date(), sessionToken, onSign } = options;
  const own = createOwnSigner({ pathStyle: true, ...options, sessionToken }, now);
  let client: S3Client | undefined;
  // To sign is no request to the store.
  const { onRequest: _, ...silent } = options;
  const sdk = (): S3Client => (client ??= createClient(silent));
  return {
    put: async ({ key, size, type, sha256, expiresIn }) => {
      const ChecksumSHA256 = sha256 === undefined ? undefined : Buffer.from(sha256, "hex").toString("base64");
      const once = ChecksumSHA256 !== undefined && { ChecksumSHA256, IfNoneMatch: "*" };
      const put = new PutObjectCommand({ Bucket, Key: key, ContentLength: size, ContentType: type, ...once });
      const url = await getSignedUrl(sdk(), put, {
        expiresIn,
        signingDate: now(),
        // Else the checksum moves into the query, where stores do not look for it.
        unhoistableHeaders: new Set(["x-amz-checksum-sha256"]),
        signableHeaders: PINNED,
      });
      const headers = ChecksumSHA256 === undefined ? {} : { "if-none-match": "*", "x-amz-checksum-sha256": ChecksumSHA256 };
      return { method: "PUT", url, headers: { "content-type": type, ...headers } };
    },
    part: async ({ key, id, number, size, expiresIn }) => {
      const part = new UploadPartCommand({ Bucket, Key: key, UploadId: id, PartNumber: number, ContentLength: size });
      return { method: "PUT", url: await getSignedUrl(sdk(), part, { expiresIn, signingDate: now() }), headers: {} };
    },
    get: (request) => {
      onSign?.(request.key);
      return own.get(request);
    },
  };
}
