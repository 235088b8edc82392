import { request } from "./http.ts";
import type { CreationOptions, RequestOptions } from "./passkey.ts";

export type SignedIn = { id: string; createdAt: string; usedAt: string; address: string | null; userAgent: string | null; isThis: boolean };
export type Passkey = { id: string; name: string; createdAt: string | null; isSynced: boolean };
export type ApiKey = {
  id: string;
  name: string;
  start: string;
  scopes: string[];
  usedAt: string | null;
  expiresAt: string | null;
};
export type Member = {
  id: string;
  name: string;
  email: string;
  role: "owner" | "member";
  bytes: number;
  quotaBytes: number | null;
  disabledAt: string | null;
  seenAt: string | null;
};
export type Invite = { id: string; name: string; quotaBytes: number | null; expiresAt: string; usedAt: string | null };
export type AuditEntry = {
  id: string;
  at: string;
  action: string;
  actorName: string;
  address: string | null;
  details: Record<string, string | number | boolean | null>;
};

/** What one can do about one's account; every failed request throws `Problem`. */
export const accountApi = {
  ways: () => get<{ password: boolean; passkeys: number; unlocked: boolean }>("/api/account"),
  rename: (name: string) => send("PATCH", "/api/me", { name }),
  setPassword: (body: { current?: string; next: string }) => send("POST", "/api/account/password", body),
  unlock: (proof: { password: string } | { passkey: object }) => send("POST", "/api/account/unlock", proof),
  sessions: async () => (await get<{ sessions: SignedIn[] }>("/api/sessions")).sessions,
  endSession: (id: string) => send("DELETE", `/api/sessions/${id}`),
  endOthers: () => send("POST", "/api/sessions/end-others", {}),
  passkeys: async () => (await get<{ passkeys: Passkey[] }>("/api/passkeys")).passkeys,
  beginPasskey: () => send<CreationOptions>("POST", "/api/passkeys/options", {}),
  addPasskey: (name: string, response: object) => send("POST", "/api/passkeys", { name, response }),
  renamePasskey: (id: string, name: string) => send("PATCH", `/api/passkeys/${id}`, { name }),
  removePasskey: (id: string) => send("DELETE", `/api/passkeys/${id}`),
  challenge: () => get<RequestOptions>("/api/auth/passkey/generate-authenticate-options"),
  signInByPasskey: (response: object) => send("POST", "/api/auth/passkey/verify-authentication", { response }),
  keys: async () => (await get<{ keys: ApiKey[] }>("/api/keys")).keys,
  makeKey: (body: { name: string; scopes: string[]; days?: number }) => send<{ key: string }>("POST", "/api/keys", body),
  revokeKey: (id: string) => send("DELETE", `/api/keys/${id}`),
  members: async () => (await get<{ members: Member[] }>("/api/members")).members,
  changeMember: (id: string, body: { quotaBytes?: number | null; disabled?: boolean }) => send("PATCH", `/api/members/${id}`, body),
  invites: async () => (await get<{ invites: Invite[] }>("/api/invites")).invites,
  invite: (body: { name: string; quotaBytes: number | null }) => send<{ token: string }>("POST", "/api/invites", body),
  uninvite: (id: string) => send("DELETE", `/api/invites/${id}`),
  lookAtInvite: (token: string) => send<{ name: string; by: string; quotaBytes: number | null }>("POST", "/api/invites/look", { token }),
  accept: (body: { token: string; name: string; email: string; password?: string }) => send("POST", "/api/invites/accept", body),
  audit: (after?: string) => get<{ entries: AuditEntry[]; next: string | null }>(`/api/audit${after ? `?after=${after}` : ""}`),
};

async function get<T>(path: string): Promise<T> {
  return told<T>(await request(path));
}

async function send<T = void>(method: string, path: string, body?: object): Promise<T> {
  const init = body && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  return told<T>(await request(path, { method, ...init }));
}

/** The body of a success: `request` has thrown for everything else, and what answers 204 is asked for nothing. */
async function told<T>(response: Response): Promise<T> {
  const body: unknown = response.status === 204 ? undefined : await response.json();
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return body as T;
}
