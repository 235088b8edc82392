import { randomBytes } from "node:crypto";
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { join } from "node:path";
import type { Call, Reply } from "./call.ts";
import { type CorsRule, corsHeaders, preflightHeaders } from "./cors.ts";
import { type Disk, openDisk } from "./disk/disk.ts";
import { S3Error } from "./error.ts";
import { type EventListener, nextSequencer, type ObjectEvent } from "./event.ts";
import { isBucketName } from "./operation/bucket.ts";
import { parseTarget, type Target } from "./request.ts";
import { route } from "./route.ts";
import { send } from "./send.ts";
import { type Credential, verifySignature } from "./sigv4.ts";
import { document } from "./xml.ts";

export type { CorsRule } from "./cors.ts";
export type { ObjectEvent } from "./event.ts";
export type { Credential } from "./sigv4.ts";

export type ServerOptions = {
  /** Every folder in it whose name is a bucket name is a bucket. Made when missing. */
  dir: string;
  /** The server's own files; on the same file system as `dir`. Default `DIR/.s3`. */
  state?: string;
  credentials: readonly Credential[];
  /** Default `us-east-1`. */
  region?: string;
  /** Rules for buckets that have none of their own. */
  cors?: readonly CorsRule[];
  /** Milliseconds; default 15 minutes. */
  maxClockSkew?: number;
  /** Told of what the client is not told: causes of internal errors, files that could not be read. */
  onWarning?: (message: string, cause?: unknown) => void;
};

export type Server = {
  /** Starts to answer; port 0 takes a free one. Rejects with the system's error (`EADDRINUSE`). Default host 127.0.0.1. */
  listen(port: number, host?: string): Promise<void>;
  /** `http://host:port`, after `listen`. */
  readonly url: string;
  /** Events of objects, after they are durable. Gives the function that stops them. */
  onEvent(listener: EventListener): () => void;
  /** Makes a bucket unless it is there. Throws InvalidBucketName. */
  createBucket(name: string): Promise<void>;
  /** Ends open connections, finishes running changes and writes the index, so that the next start is quick. */
  close(): Promise<void>;
};

const IDLE_TIMEOUT = 60_000;
const HEADERS_TIMEOUT = 30_000;
const CLOCK_SKEW = 15 * 60_000;

/** An S3 server over a plain directory. Resolves when the index is loaded. */
export async function createServer(options: ServerOptions): Promise<Server> {
  const { dir, state = join(dir, ".s3"), credentials, region = "us-east-1", cors = [], maxClockSkew = CLOCK_SKEW, onWarning } = options;
  const disk = await openDisk(dir, state);
  const listeners = new Set<EventListener>();

  const emit: Call["emit"] = (name, bucket, key, entry) => {
    const now = Date.now();
    const event: ObjectEvent = { name, bucket, key, at: new Date(now).toISOString(), sequencer: nextSequencer(now) };
    if (entry) Object.assign(event, { size: entry.size, etag: entry.etag });
    for (const listener of listeners) listener(event);
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const id = randomBytes(8).toString("hex").toUpperCase();
    let target: Target | undefined;
    let reply: Reply;
    try {
      target = parseTarget(request);
      reply = await perform({ target, request, response, disk });
    } catch (error) {
      if (request.destroyed && !request.complete) return;
      reply = errorReply(error, target, id, onWarning);
    }
    const extra = target ? corsHeaders(cors, target.headers, target.method) : {};
    reply.headers = { ...reply.headers, "x-amz-request-id": id, ...extra };
    if (request.method === "HEAD") delete reply.body;
    await send(response, reply);
  }

  async function perform({
    target,
    request,
    response,
  }: {
    target: Target;
    request: IncomingMessage;
    response: ServerResponse;
    disk: Disk;
  }): Promise<Reply> {
    if (target.method === "OPTIONS") {
      const headers = preflightHeaders(cors, target.headers);
      if (!headers) throw new S3Error("AccessDenied", "CORSResponse: This CORS request is not allowed.");
      return { status: 200, headers };
    }
    const signed = verifySignature(target, { credentials, region, maxClockSkew, now: Date.now });
    const call: Call = { target, signed, request, disk, region, emit };
    const operation = route(call);
    if (request.headers.expect !== undefined) response.writeContinue();
    return operation(call);
  }

  const http = createHttpServer({ requestTimeout: 0, headersTimeout: HEADERS_TIMEOUT, keepAliveTimeout: IDLE_TIMEOUT, noDelay: true });
  http.timeout = IDLE_TIMEOUT;
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    answer(request, response).catch((error: unknown) => {
      onWarning?.("An answer could not be sent.", error);
      response.destroy();
    });
  };
  http.on("request", onRequest);
  http.on("checkContinue", onRequest);

  return {
    listen: (port, host = "127.0.0.1") =>
      new Promise((resolve, reject) => {
        http.once("error", reject);
        http.listen(port, host, () => {
          http.off("error", reject);
          resolve();
        });
      }),
    get url() {
      const bound = http.address();
      if (bound === null || typeof bound === "string") throw new Error("The server does not listen yet.");
      const { address, port, family } = bound;
      return `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
    },
    onEvent(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async createBucket(name) {
      if (!isBucketName(name)) throw new S3Error("InvalidBucketName");
      await disk.addBucket(name);
    },
    async close() {
      const closed = new Promise((resolve) => http.close(resolve));
      http.closeAllConnections();
      await closed;
      await disk.close();
    },
  };
}

function errorReply(error: unknown, target: Target | undefined, id: string, onWarning: ServerOptions["onWarning"]): Reply {
  const known = error instanceof S3Error ? error : new S3Error(isFull(error) ? "InsufficientStorage" : "InternalError");
  if (!(error instanceof S3Error)) onWarning?.(`${target?.method} ${target?.path}: ${known.code}`, error);
  if (known.status === 304) return { status: 304 };
  const body = document(
    "Error",
    { Code: known.code, Message: known.message, ...known.detail, Resource: target?.path, RequestId: id, HostId: "" },
    "",
  );
  const range = known.code === "InvalidRange" && known.detail["ActualObjectSize"];
  return {
    status: known.status,
    headers: { "content-type": "application/xml", ...(range ? { "content-range": `bytes */${range}` } : {}) },
    body,
  };
}

function isFull(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOSPC" || error.code === "EDQUOT");
}
