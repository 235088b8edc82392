import { randomUUID } from "node:crypto";
import {
  AbortMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { AppError } from "@tintype/core/kernel";
import { type Finding, PROBE, type Signer } from "@tintype/core/storage";
import { type Answer, ask, canReach, describe, isForClock } from "./store-s3-ask.ts";
import { createClient, type S3Options } from "./store-s3-client.ts";
import { storeTime } from "./store-s3-clock.ts";
import { refusal, storeError } from "./store-s3-error.ts";
import { createSigners } from "./store-s3-sign.ts";

const CLEANUP_MS = 15_000;
/** What lies there longer was left by a probe that was killed. */
const LEFT_MS = 3_600_000;

/** A store that is being tried out: how to make requests, and what they leave there. */
export type Trial = {
  bucket: string;
  client: S3Client;
  /** For `client.send`. */
  within: { abortSignal: AbortSignal };
  /** Signs for the endpoint that browsers use where this process reaches it, else for our own. */
  signer: Signer;
  /** The endpoint that browsers use; undefined where it cannot be reached from here. */
  publicEndpoint: string | undefined;
  /** Where our pages come from. */
  origin: string;
  /** An object that is there. */
  control: { key: string; body: Buffer };
  /** The next key, behind those before it; what is put there is removed in the end. */
  key: () => string;
  /** Has a multipart upload aborted in the end. */
  began: (key: string, id: string) => void;
  /** A request as a browser sends it. Throws `storage_unavailable` when nothing or an internal error is answered, or when the clocks are at odds. */
  ask: (url: string, init?: RequestInit) => Promise<Answer>;
  put: (key: string, body: Buffer) => Promise<void>;
  /** The body of the object; undefined when there is none. */
  read: (key: string) => Promise<Buffer | undefined>;
  /** Throws `storage_unavailable` unless the store tells of the control object. */
  ping: () => Promise<void>;
  /** Removes what was put, and what earlier trials could not remove. */
  end: () => Promise<void>;
};

/** One check: throws what the SDK throws, or AppError `storage_unavailable`. */
export type Examine = (trial: Trial) => Promise<Finding>;

/** Begins to try out a store. Throws `storage_unavailable` or `storage_full` when not even a plain PUT is taken. */
export async function beginTrial(options: S3Options, origin: string, signal: AbortSignal): Promise<Trial> {
  const { bucket: Bucket, endpoint, publicEndpoint = endpoint } = options;
  const client = createClient(options);
  const within = { abortSignal: signal };
  const folder = `${PROBE}${randomUUID()}/`;
  const keys: string[] = [];
  const begun: { Key: string; UploadId: string }[] = [];
  const key = (): string => {
    const next = `${folder}${String(keys.length).padStart(3, "0")}`;
    keys.push(next);
    return next;
  };
  const put = async (Key: string, body: Buffer): Promise<void> => {
    await client.send(new PutObjectCommand({ Bucket, Key, Body: body, ContentLength: body.length, ContentType: "text/plain" }), within);
  };
  const control = { key: key(), body: Buffer.from("Tintype tries this store out.") };
  const isReached = canReach(publicEndpoint, signal);
  try {
    await put(control.key, control.body);
  } catch (error) {
    client.destroy();
    throw storeError(error);
  }
  const reached = (await isReached) ? publicEndpoint : undefined;

  return {
    bucket: Bucket,
    client,
    within,
    signer: createSigners({ now: () => storeTime(client), ...options })(reached ?? endpoint),
    publicEndpoint: reached,
    origin,
    control,
    key,
    began: (Key, UploadId) => void begun.push({ Key, UploadId }),
    ask: async (url, init = {}) => {
      const answer = await ask(url, init, signal);
      if (!isForClock(answer.status, answer.body.toString("utf8", 0, 2000))) return answer;
      throw new AppError("storage_unavailable", `The clocks differ: ${describe(answer)}.`);
    },
    put,
    read: async (Key) => {
      const answer = await client.send(new GetObjectCommand({ Bucket, Key }), within).catch((error: unknown) => {
        if (refusal(error)?.startsWith("404") === true) return undefined;
        throw error;
      });
      return answer && Buffer.from((await answer.Body?.transformToByteArray()) ?? []);
    },
    ping: async () => {
      await client.send(new HeadObjectCommand({ Bucket, Key: control.key }), within).catch((error: unknown) => {
        throw storeError(error);
      });
    },
    end: async () => {
      const own = { abortSignal: AbortSignal.timeout(CLEANUP_MS) };
      try {
        for (const upload of begun) await client.send(new AbortMultipartUploadCommand({ Bucket, ...upload }), own).catch(passRefusal);
        const Objects = [...keys, ...(await leftBehind(client, Bucket, own))].map((Key) => ({ Key }));
        await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }), own);
      } finally {
        client.destroy();
      }
    },
  };
}

/** An upload that has ended is none to abort. */
function passRefusal(error: unknown): void {
  if (refusal(error) === undefined) throw error;
}

async function leftBehind(client: S3Client, Bucket: string, within: Trial["within"]): Promise<string[]> {
  const before = storeTime(client).getTime() - LEFT_MS;
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket, Prefix: PROBE, MaxKeys: 500 }), within);
  return Contents.flatMap(({ Key, LastModified }) => (Key !== undefined && LastModified && LastModified.getTime() < before ? [Key] : []));
}
