import { createHash } from "node:crypto";

/** A person's program: signs in and uploads by the protocol that the browser uses. */
export type Client = {
  call: (method: string, path: string, body?: unknown) => Promise<Response>;
  json: <T>(method: string, path: string, body?: unknown) => Promise<T>;
  upload: (file: UploadFile) => Promise<UploadOutcome>;
  status: (ids: readonly string[]) => Promise<UploadStatus[]>;
  /** Waits until every upload is in the timeline (or failed). */
  settled: (ids: readonly string[], limitMs?: number) => Promise<UploadStatus[]>;
};

export type UploadFile = { name: string; bytes: Buffer; type?: string; modifiedAt?: string };
export type UploadOutcome = { status: "have"; assetId: string } | { status: "sent"; uploadId: string; stored: boolean };
export type UploadStatus = {
  id: string;
  state: string;
  reason: string | null;
  assetId: string | null;
  safe: boolean;
  revision: number | null;
};

type SignedRequest = { url: string; headers: Record<string, string> };

type Planned =
  | { status: "have"; assetId: string }
  | { status: "put"; uploadId: string; request: SignedRequest }
  | { status: "multipart"; uploadId: string; partSize: number; partCount: number }
  | { status: "refused"; code: string; detail: string };

export const OWNER = { name: "Anna Klein", email: "anna@example.org", password: "correct horse battery" };

/** Makes the owner's account with the one-time token; gives the session cookie. */
export async function setUp(url: string, token: string): Promise<string> {
  return cookieOf(await post(url, "/api/setup", { token, ...OWNER }));
}

/** Signs the owner in; gives the session cookie. */
export async function signIn(url: string): Promise<string> {
  return cookieOf(await post(url, "/api/auth/sign-in/email", { email: OWNER.email, password: OWNER.password }));
}

/** A client with a session; with `answerMs` an answer that takes longer is a `TimeoutError`. */
export function createClient(url: string, cookie: string, answerMs?: number): Client {
  const call = (method: string, path: string, body?: unknown): Promise<Response> =>
    fetch(url + path, {
      ...(answerMs !== undefined && { signal: AbortSignal.timeout(answerMs) }),
      method,
      redirect: "manual",
      headers: { cookie, origin: url, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const json = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const response = await call(method, path, body);
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  };
  const status: Client["status"] = async (ids) => (await json<{ uploads: UploadStatus[] }>("POST", "/api/uploads/status", { ids })).uploads;
  return { call, json, status, upload: (file) => upload(json, file), settled: (ids, limitMs) => settled(status, ids, limitMs) };
}

async function upload(json: Client["json"], file: UploadFile): Promise<UploadOutcome> {
  const { name, bytes, type = "image/jpeg", modifiedAt = "2026-11-22T10:00:00" } = file;
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const plan = await json<{ files: Planned[] }>("POST", "/api/uploads", {
    files: [{ name, size: bytes.length, type, sha256, modifiedAt }],
  });
  const planned = plan.files[0];
  if (planned?.status === "have") return planned;
  if (planned?.status === "multipart") return sendParts(json, planned, bytes);
  if (planned?.status !== "put") throw new Error(`not planned: ${JSON.stringify(planned)}`);
  const sent = await put(planned.request, bytes);
  await json("POST", `/api/uploads/${planned.uploadId}/complete`, {});
  return { status: "sent", uploadId: planned.uploadId, stored: sent.ok };
}

async function sendParts(
  json: Client["json"],
  { uploadId, partSize, partCount }: Extract<Planned, { status: "multipart" }>,
  bytes: Buffer,
): Promise<UploadOutcome> {
  const parts: { number: number; etag: string }[] = [];
  for (let part = 1; part <= partCount; part++) {
    const signed = await json<{ parts: { request: SignedRequest }[] }>("POST", `/api/uploads/${uploadId}/parts`, { from: part, to: part });
    const request = signed.parts[0]?.request;
    if (!request) throw new Error(`part ${part} is not signed`);
    const sent = await put(request, bytes.subarray((part - 1) * partSize, part * partSize));
    parts.push({ number: part, etag: sent.headers.get("etag") ?? "" });
  }
  await json("POST", `/api/uploads/${uploadId}/complete`, { parts });
  return { status: "sent", uploadId, stored: true };
}

/** 412 says that the object is already there. */
async function put({ url, headers }: SignedRequest, bytes: Buffer): Promise<Response> {
  const response = await fetch(url, { method: "PUT", headers, body: new Uint8Array(bytes) });
  if (!response.ok && response.status !== 412) throw new Error(`PUT: ${response.status} ${await response.text()}`);
  return response;
}

async function settled(status: Client["status"], ids: readonly string[], limitMs = 60_000): Promise<UploadStatus[]> {
  const end = Date.now() + limitMs;
  for (;;) {
    const pages = Array.from({ length: Math.ceil(ids.length / 200) }, (_, page) => status(ids.slice(page * 200, page * 200 + 200)));
    const all = (await Promise.all(pages)).flat();
    if (all.every((one) => one.revision !== null || one.state === "failed")) return all;
    if (Date.now() > end) throw new Error(`not settled: ${JSON.stringify(all.filter((one) => one.revision === null))}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });
  }
}

async function post(url: string, path: string, body: unknown): Promise<Response> {
  const headers = { "content-type": "application/json", origin: url };
  const response = await fetch(url + path, { method: "POST", headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response;
}

/** The cookies that an answer gives, as they are sent back. */
export function cookieOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");
}
