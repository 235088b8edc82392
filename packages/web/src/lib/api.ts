import { request } from "./http.ts";

export type Role = "admin" | "member";
export type User = { id: string; name: string; email: string; handle: string; role: string };
export type Me = { user: User; library: { assets: number; bytes: number } };

export type PutRequest = { method: string; url: string; headers: Record<string, string> };

/** What the server is told of a file. Times are wall clocks without a zone, `YYYY-MM-DDTHH:mm:ss`. */
export type PlanFile = {
  name: string;
  size: number;
  type: string;
  sha256: string;
  modifiedAt: string;
  modifiedOffset?: number;
  takenAt?: string;
};

export type PlanAnswer =
  | { status: "have"; assetId: string }
  | { status: "put"; uploadId: string; request: PutRequest; expiresAt: string }
  | { status: "multipart"; uploadId: string; partSize: number; partCount: number; expiresAt: string }
  | { status: "refused"; code: string; detail: string };

export type UploadStatus = {
  id: string;
  state: "open" | "received" | "committed" | "failed" | "expired";
  reason: string | null;
  assetId: string | null;
  safe: boolean;
  revision: number | null;
};

/** The answer of our own API, whose shapes are those of the types here. */
async function json<T>(path: string, method = "GET", body?: unknown): Promise<T> {
  const init: RequestInit = { method };
  if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { "content-type": "application/json" };
  }
  const response = await request(path, init);
  const text = await response.text();
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the one place where an answer gets its type
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

export const api = {
  me: () => json<Me>("/api/me"),
  setupNeeded: async () => (await json<{ needed: boolean }>("/api/setup")).needed,
  setup: (input: { token: string; name: string; email: string; password: string }) => json<{ user: User }>("/api/setup", "POST", input),
  signIn: (input: { email: string; password: string }) => json<unknown>("/api/auth/sign-in/email", "POST", input),
  signOut: () => json<unknown>("/api/auth/sign-out", "POST", {}),
  plan: async (files: PlanFile[]) => (await json<{ files: PlanAnswer[] }>("/api/uploads", "POST", { files })).files,
  parts: async (id: string, from: number, to: number) =>
    (await json<{ parts: { number: number; request: PutRequest }[] }>(`/api/uploads/${id}/parts`, "POST", { from, to })).parts,
  complete: (id: string, parts?: { number: number; etag: string }[]) =>
    json<unknown>(`/api/uploads/${id}/complete`, "POST", parts ? { parts } : {}),
  statuses: async (ids: string[]) => (await json<{ uploads: UploadStatus[] }>("/api/uploads/status", "POST", { ids })).uploads,
  abort: (id: string) => json<void>(`/api/uploads/${id}`, "DELETE"),
};
