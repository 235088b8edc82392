import { S3Client } from "@aws-sdk/client-s3";
import { storeError } from "./store-s3-error.ts";

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
  /** Told of each request when it is answered, tries again included. */
  onRequest?: (request: StoreRequest) => void;
  /** Told of each key for which a URL for reading is signed. */
  onSign?: (key: string) => void;
  coldAfterDays?: number | undefined;
  /** See `ObjectStore`. */
  announces?: boolean;
};

/** A request to the store: S3's name of it, `ok` or the code of our error, and how long it took. */
export type StoreRequest = { operation: string; result: string; ms: number };

/** A client with our timeouts: 5 s to connect, 2 minutes of silence, three tries with backoff in between. */
export function createClient(options: S3Options): S3Client {
  const { endpoint, region, accessKeyId, secretAccessKey, sessionToken, pathStyle = true, onRequest } = options;
  const client = new S3Client({
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
  if (onRequest) tell(client, onRequest);
  return client;
}

function tell(client: S3Client, onRequest: (request: StoreRequest) => void): void {
  client.middlewareStack.add(
    (next, { commandName = "" }) =>
      async (args) => {
        const began = performance.now();
        const told = (result: string) =>
          onRequest({ operation: commandName.replace(/Command$/u, ""), result, ms: performance.now() - began });
        try {
          const answered = await next(args);
          told("ok");
          return answered;
        } catch (error) {
          told(storeError(error).code);
          throw error;
        }
      },
    { step: "initialize", name: "tell" },
  );
}
