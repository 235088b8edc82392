import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Call, Reply } from "./call.ts";
import { type CorsRule, corsHeaders, preflightHeaders } from "./cors.ts";
import type { Disk } from "./disk/disk.ts";
import { hasCode, isFull } from "./disk/errno.ts";
import { type ErrorCode, S3Error } from "./error.ts";
import { postObject } from "./operation/post-object.ts";
import { parseTarget, type Target } from "./request.ts";
import { route } from "./route.ts";
import { checkScope } from "./scope.ts";
import { send } from "./send.ts";
import { type SignatureSettings, verifySignature } from "./sigv4.ts";
import { document } from "./xml.ts";

export type AnswerSettings = {
  disk: Disk;
  signature: SignatureSettings;
  cors: readonly CorsRule[];
  webhooks: readonly string[];
  emit: Call["emit"];
  trouble: (message: string, cause?: unknown) => void;
};

/** Different for every request of this process, and by its beginning for every process. */
const PROCESS_ID = randomBytes(5).toString("hex").toUpperCase();
let lastId = 0;

function nextId(): string {
  lastId++;
  return PROCESS_ID + lastId.toString(16).toUpperCase().padStart(6, "0");
}

/** How long a client whose request was refused may go on sending before its connection is cut. */
const LINGER = 10_000;

/** Answers one HTTP request, whatever happens. */
export async function answer(request: IncomingMessage, response: ServerResponse, settings: AnswerSettings): Promise<void> {
  const id = nextId();
  let target: Target | undefined;
  let reply: Reply;
  try {
    target = parseTarget(request);
    reply = await perform(target, request, response, settings);
  } catch (error) {
    // The client is gone in the middle of its request: there is nobody to answer, and nothing of it was kept.
    if (request.destroyed && !request.complete) return;
    reply = errorReply(error, target, id, settings.trouble);
  }
  const cors = target && target.method !== "OPTIONS" ? corsHeaders(rulesFor(target, settings), target.headers, target.method) : {};
  const headers: Reply["headers"] = { ...reply.headers, server: "Tintype S3", "x-amz-request-id": id, ...cors };
  if (!request.complete) cutLater(request, response);
  await send(response, { ...reply, headers }, request.method === "HEAD");
}

async function perform(target: Target, request: IncomingMessage, response: ServerResponse, settings: AnswerSettings): Promise<Reply> {
  const { disk, signature, webhooks, emit } = settings;
  if (target.method === "OPTIONS") return preflight(target, settings);
  if (target.method === "POST" && target.key === "" && /^multipart\/form-data/iu.test(target.headers.get("content-type") ?? "")) {
    proceed(target, response);
    return postObject({ disk, emit, request, target }, signature);
  }
  const signed = verifySignature(target, signature);
  const { operation, touches, bucketNeeded } = route(target);
  checkScope(signed.credential, touches, target.bucket, touches === "listing" ? (target.query.get("prefix") ?? "") : target.key);
  if (bucketNeeded && !disk.index.bucket(target.bucket)) throw new S3Error("NoSuchBucket", undefined, { BucketName: target.bucket });
  proceed(target, response);
  return operation({ target, signed, request, disk, region: signature.region, webhooks, emit });
}

/** A client that waits for leave to send its body gets it once its signature holds. */
function proceed(target: Target, response: ServerResponse): void {
  if (target.headers.has("expect")) response.writeContinue();
}

function preflight(target: Target, settings: AnswerSettings): Reply {
  const headers = preflightHeaders(rulesFor(target, settings), target.headers);
  if (!headers) throw new S3Error("AccessDenied", "CORSResponse: This CORS request is not allowed. No rule of the bucket fits it.");
  return { status: 200, headers };
}

function rulesFor({ bucket }: Target, { disk, cors }: AnswerSettings): readonly CorsRule[] {
  return disk.settings.get(bucket)?.cors ?? cors;
}

/** The rest of the body is read and thrown away, so that the client sees the answer and no reset; but not for ever. */
function cutLater(request: IncomingMessage, response: ServerResponse): void {
  if (request.headers.expect !== undefined && !response.writableEnded) response.shouldKeepAlive = false;
  request.resume();
  const timer = setTimeout(() => request.socket.destroy(), LINGER);
  request.once("close", () => clearTimeout(timer));
  request.once("end", () => clearTimeout(timer));
}

function errorReply(error: unknown, target: Target | undefined, id: string, trouble: AnswerSettings["trouble"]): Reply {
  const known = error instanceof S3Error ? error : new S3Error(codeOf(error));
  if (known !== error) trouble(`${target?.method ?? ""} ${target?.path ?? ""} failed with ${known.code}.`, error);
  const about = { Code: known.code, Message: known.message, ...known.detail, Resource: target?.path, RequestId: id, HostId: "tintype" };
  const size = known.code === "InvalidRange" ? known.detail["ActualObjectSize"] : undefined;
  const range = size === undefined ? {} : { "content-range": `bytes */${size}` };
  return { status: known.status, headers: { "content-type": "application/xml", ...range }, body: document("Error", about, "") };
}

/** What went wrong on our side, as far as a client can do something about it. */
function codeOf(error: unknown): ErrorCode {
  if (isFull(error)) return "InsufficientStorage";
  return hasCode(error, "EACCES", "EPERM", "EROFS") ? "AccessDenied" : "InternalError";
}
