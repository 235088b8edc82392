import { S3Client } from "@aws-sdk/client-s3";

export type S3Options = {
  /** How this process reaches the store. */
  endpoint: string;
  /** How browsers reach it; the same when absent. */
  publicEndpoint?: string;
  bucket: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  /** The bucket in the path (every self-hosted store) instead of in the host name (AWS). */
  pathStyle?: boolean;
  /** Whether the store holds presigned PUTs to all that they pin; it does when absent. */
  pins?: () => Promise<boolean>;
  now?: () => Date;
};

/** A client with our timeouts: 5 s to connect, 2 minutes of silence, three tries with backoff in between. */
export function createClient(options: S3Options): S3Client {
  const { endpoint, region, accessKeyId, secretAccessKey, sessionToken, pathStyle = true } = options;
  return new S3Client({
    endpoint,
    region,
    forcePathStyle: pathStyle,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
    // The defaults add checksums that many stores do not know.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 5000, socketTimeout: 120_000, httpAgent: { maxSockets: 64 }, httpsAgent: { maxSockets: 64 } },
  });
}
