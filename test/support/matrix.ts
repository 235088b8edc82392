import { OWNER, ORIGIN, SETUP_TOKEN } from "./api.ts";
import { LINK_ROWS } from "./matrix-links.ts";
import { admin, album, type Answers, everyone, hers, ownOf, signedIn } from "./rules.ts";
import { fileOf } from "./upload.ts";
import type { Things } from "./world.ts";

/** What each principal is answered, and what is asked for: with nothing told, the route's own path. */
export type Row = {
  answers: Answers;
  path?: (things: Things) => string;
  body?: (things: Things) => unknown;
  /** The tell-tales that the owner of the installation may be told all the same. */
  tellsAdmin?: readonly string[];
};

/** What no passkey has said. */
const PASSKEY = { id: "AA", rawId: "AA", type: "public-key", clientExtensionResults: {} };
const ASSERTION = { ...PASSKEY, response: { clientDataJSON: "e30", authenticatorData: "AA", signature: "AA" } };
const ATTESTATION = { ...PASSKEY, response: { clientDataJSON: "e30", attestationObject: "AA" } };

/** What is for who has just shown who they are. */
const unlocked = (status: number): Answers => ({ ...ownOf(403), unlocked: status });

/**
 * Every route that is mounted, and who may: a new one fails `api/matrix.test.ts` until it has its row here. What a row is asked for is Mia's
 * (see `Things`).
 */
export const ROWS: Readonly<Record<string, Row>> = {
  "GET /healthz": { answers: everyone(200) },
  "GET /readyz": { answers: everyone(200) },
  "GET /metrics": { answers: everyone(401) },
  "GET /api/openapi.json": { answers: signedIn(200) },
  "GET /api/setup": { answers: everyone(200) },
  "POST /api/setup": { answers: everyone(409), body: () => ({ ...OWNER, token: SETUP_TOKEN, email: "second@example.org" }) },
  "POST /api/hooks/store": { answers: everyone(401), body: () => ({ Records: [] }) },
  "GET /api/hooks/store": { answers: everyone(204) },
  "OPTIONS /api/hooks/store": { answers: everyone(204) },
  "GET /api/me": { answers: ownOf(200, "library.read") },
  "PATCH /api/me": { answers: ownOf(204), body: () => ({ name: "Somebody" }) },
  "GET /api/audit": { answers: ownOf(200) },
  "GET /api/account": { answers: ownOf(200) },
  // With the right password these would change who is unlocked: see account.test.ts.
  "POST /api/account/unlock": { answers: ownOf(403), body: () => ({ password: "not the password" }) },
  "POST /api/account/password": { answers: ownOf(403), body: () => ({ current: "wrong", next: "another horse battery" }) },
  "GET /api/sessions": { answers: ownOf(200) },
  "DELETE /api/sessions/:id": { answers: hers(204), path: ({ account }) => `/api/sessions/${account.sessionId}` },
  "GET /api/passkeys": { answers: ownOf(200) },
  "POST /api/passkeys/options": { answers: unlocked(200) },
  "POST /api/passkeys": { answers: unlocked(400), body: () => ({ name: "Phone", response: ATTESTATION }) },
  "PATCH /api/passkeys/:id": {
    answers: hers(204),
    path: ({ account }) => `/api/passkeys/${account.passkeyId}`,
    body: () => ({ name: "Old phone" }),
  },
  "DELETE /api/passkeys/:id": { answers: hers(204), path: ({ account }) => `/api/passkeys/${account.passkeyId}` },
  "GET /api/keys": { answers: ownOf(200) },
  "POST /api/keys": { answers: unlocked(201), body: () => ({ name: "backup", scopes: ["upload"] }) },
  "DELETE /api/keys/:id": { answers: hers(204), path: ({ account }) => `/api/keys/${account.keyId}` },
  "GET /api/members": { answers: admin(200), tellsAdmin: ["her e-mail", "her id"] },
  "GET /api/people": { answers: ownOf(200, "album.write") },
  "PATCH /api/members/:id": {
    answers: admin(204),
    path: ({ account }) => `/api/members/${account.id}`,
    body: () => ({ quotaBytes: null, disabled: false }),
  },
  "GET /api/invites": { answers: admin(200) },
  "POST /api/invites": { answers: admin(201), body: () => ({ name: "Nora" }) },
  "DELETE /api/invites/:id": { answers: admin(204), path: ({ invite }) => `/api/invites/${invite.id}` },
  "POST /api/invites/look": { answers: everyone(200), body: ({ invite }) => ({ token: invite.token }) },
  "POST /api/uploads": { answers: ownOf(200, "upload"), body: () => ({ files: [fileOf("matrix")] }) },
  "POST /api/uploads/status": { answers: ownOf(200, "upload"), body: ({ uploadId }) => ({ ids: [uploadId] }) },
  "GET /api/uploads/:id": { answers: hers(200, "upload"), path: ({ uploadId }) => `/api/uploads/${uploadId}` },
  "POST /api/uploads/:id/parts": {
    answers: hers(200, "upload"),
    path: ({ uploadId }) => `/api/uploads/${uploadId}/parts`,
    body: () => ({ from: 1, to: 1 }),
  },
  "POST /api/uploads/:id/complete": {
    answers: hers(409, "upload"),
    path: ({ uploadId }) => `/api/uploads/${uploadId}/complete`,
    body: () => ({}),
  },
  "DELETE /api/uploads/:id": { answers: hers(204, "upload"), path: ({ uploadId }) => `/api/uploads/${uploadId}` },
  "GET /api/timeline/geometry": { answers: ownOf(200, "library.read") },
  "GET /api/timeline/changes": {
    answers: { ...ownOf(412), owner: 200, unlocked: 200, "key library.read": 200, "key sharing": 200 },
    path: ({ head }) => `/api/timeline/changes?since=${head}`,
  },
  "GET /api/timeline/items": {
    answers: ownOf(200, "library.read"),
    path: ({ head }) => `/api/timeline/items?ranges=24322:${head.split(".")[1]}:0:1`,
  },
  "GET /api/timeline/locate": { answers: hers(200, "library.read"), path: ({ loose }) => `/api/timeline/locate?id=${loose.id}` },
  "GET /api/assets/:id": { answers: { ...hers(200, "library.read"), "key admin": 404 }, path: ({ loose }) => `/api/assets/${loose.id}` },
  "GET /api/assets/:id/original": {
    answers: { ...hers(302, "library.read"), "key admin": 404 },
    path: ({ loose }) => `/api/assets/${loose.id}/original`,
  },
  "POST /api/assets/downloads": { answers: hers(200, "library.read"), body: ({ loose }) => ({ ids: [loose.id] }) },
  "GET /api/collections/:kind/geometry": { answers: ownOf(200, "library.read"), path: () => "/api/collections/favourites/geometry" },
  "POST /api/collections/:kind/items": {
    answers: ownOf(200, "library.read"),
    path: () => "/api/collections/archive/items",
    body: ({ loose }) => ({ ids: [loose.id] }),
  },
  "GET /api/albums": { answers: ownOf(200, "album.read") },
  // It is answered with the album: a key has to have both scopes.
  "POST /api/albums": { answers: ownOf(201), body: () => ({ title: "Theirs" }) },
  "GET /api/albums/:id": { answers: album(200, "viewer"), path: (things) => `/api/albums/${things.album.id}` },
  "PATCH /api/albums/:id": {
    answers: { ...album(200, "editor"), "key album.write": 403 },
    path: (things) => `/api/albums/${things.album.id}`,
    body: ({ shared }) => ({ description: "Changed", coverId: shared.id }),
  },
  "DELETE /api/albums/:id": { answers: album(204, "owner"), path: (things) => `/api/albums/${things.album.id}` },
  // Only one's own can be added: to those who may, it is not there.
  "POST /api/albums/:id/add": {
    answers: { ...album(200, "owner"), contributor: 404, editor: 404 },
    path: (things) => `/api/albums/${things.album.id}/add`,
    body: ({ loose }) => ({ ids: [loose.id] }),
  },
  "POST /api/albums/:id/remove": {
    answers: album(200, "editor"),
    path: (things) => `/api/albums/${things.album.id}/remove`,
    body: ({ shared }) => ({ ids: [shared.id] }),
  },
  // They took nothing out.
  "POST /api/albums/:id/restore": {
    answers: album(200, "contributor"),
    path: (things) => `/api/albums/${things.album.id}/restore`,
    body: () => ({ token: crypto.randomUUID() }),
  },
  // It is sorted by date.
  "POST /api/albums/:id/order": {
    answers: album(409, "editor"),
    path: (things) => `/api/albums/${things.album.id}/order`,
    body: ({ shared }) => ({ ids: [shared.id], before: null }),
  },
  "POST /api/albums/:id/members": {
    answers: album(200, "owner"),
    path: (things) => `/api/albums/${things.album.id}/members`,
    body: () => ({ who: "stan", role: "viewer" }),
  },
  "PATCH /api/albums/:id/members/:userId": {
    answers: album(204, "owner"),
    path: (things) => `/api/albums/${things.album.id}/members/${things.viewerId}`,
    body: () => ({ role: "editor" }),
  },
  "DELETE /api/albums/:id/members/:userId": {
    answers: album(204, "owner"),
    path: (things) => `/api/albums/${things.album.id}/members/${things.viewerId}`,
  },
  "POST /api/albums/:id/leave": {
    answers: { ...album(204, "viewer"), "key album.read": 403, "key sharing": 403, owner: 400, unlocked: 400 },
    path: (things) => `/api/albums/${things.album.id}/leave`,
  },
  "GET /api/albums/:id/geometry": { answers: album(200, "viewer"), path: (things) => `/api/albums/${things.album.id}/geometry` },
  "POST /api/albums/:id/items": {
    answers: album(200, "viewer"),
    path: (things) => `/api/albums/${things.album.id}/items`,
    body: ({ shared, locked, binned, held, loose }) => ({ ids: [shared, locked, binned, held, loose].map(({ id }) => id) }),
  },
  "GET /api/albums/:id/assets/:assetId": {
    answers: album(200, "viewer"),
    path: ({ album: { id }, shared }) => `/api/albums/${id}/assets/${shared.id}`,
  },
  "GET /api/albums/:id/assets/:assetId/original": {
    answers: album(302, "viewer"),
    path: ({ album: { id }, shared }) => `/api/albums/${id}/assets/${shared.id}/original`,
  },
  // Of these keys none: it takes a scope to look into the album, and one to add to a library.
  "POST /api/albums/:id/save": {
    answers: { ...album(200, "viewer"), "key album.read": 403, "key sharing": 403 },
    path: (things) => `/api/albums/${things.album.id}/save`,
    body: ({ shared }) => ({ ids: [shared.id] }),
  },
  "POST /api/albums/:id/downloads": {
    answers: album(200, "viewer"),
    path: (things) => `/api/albums/${things.album.id}/downloads`,
    body: ({ shared }) => ({ ids: [shared.id] }),
  },
  "POST /api/assets/mark": {
    answers: hers(200, "library.write"),
    body: ({ loose }) => ({ selection: { ids: [loose.id] }, change: { favourite: true }, token: crypto.randomUUID() }),
  },
  // A key that may change photos may put them into the bin, and not out of it for good.
  "POST /api/bin/empty": { answers: ownOf(200, "admin") },
  "POST /api/bin/delete": { answers: ownOf(200, "admin"), body: ({ loose }) => ({ ids: [loose.id] }) },
  "POST /api/assets/undo": { answers: ownOf(200, "library.write"), body: () => ({ token: crypto.randomUUID() }) },
  // Whoever may share and not read would read through a link of their own.
  "GET /api/links": { answers: { ...ownOf(200, "share.write"), "key share.write": 403 } },
  "POST /api/links": {
    answers: { ...album(201, "owner", "share.write"), "key share.write": 403 },
    body: (things) => ({ albumId: things.album.id }),
  },
  "PATCH /api/links/:id": {
    answers: { ...hers(204, "share.write"), "key share.write": 403 },
    path: ({ linkId }) => `/api/links/${linkId}`,
    body: () => ({ allowDownload: false }),
  },
  "DELETE /api/links/:id": { answers: hers(204, "share.write"), path: ({ linkId }) => `/api/links/${linkId}` },
  "GET /api/direct-links": { answers: { ...ownOf(200, "share.write"), "key share.write": 403 } },
  "POST /api/direct-links": { answers: { ...hers(201), "key sharing": 201 }, body: ({ loose }) => ({ assetId: loose.id, seconds: 60 }) },
  "GET /api/albums/:id/held": { answers: album(200, "owner"), path: (things) => `/api/albums/${things.album.id}/held` },
  // It takes a scope to change albums, and one to change photos.
  "POST /api/albums/:id/held": {
    answers: { ...album(200, "owner"), "key album.write": 403 },
    path: (things) => `/api/albums/${things.album.id}/held`,
    body: ({ held }) => ({ ids: [held.id], accept: true }),
  },
  "POST /api/albums/:id/held/undo": {
    answers: { ...album(200, "owner"), "key album.write": 403 },
    path: (things) => `/api/albums/${things.album.id}/held/undo`,
    body: () => ({ token: crypto.randomUUID() }),
  },
  ...LINK_ROWS,
  "GET /api/admin/health": { answers: admin(200) },
  "GET /api/admin/storage": { answers: admin(200) },
  "POST /api/admin/storage/check": { answers: admin(202) },
  "POST /api/admin/storage/sweep": { answers: admin(202) },
  "GET /api/admin/cost": { answers: admin(200) },
  "GET /api/admin/cost/month": { answers: admin(200) },
  "PUT /api/admin/cost/budget": { answers: admin(204), body: () => ({ usd: 5, provider: null }) },
  "GET /api/admin/jobs": { answers: admin(200) },
  "GET /api/admin/jobs/dead": { answers: admin(200) },
  "GET /api/admin/inbox/refused": { answers: admin(200) },
  "POST /api/admin/jobs/retry": { answers: admin(200), body: () => ({ all: true }) },
  "POST /api/admin/jobs/discard": { answers: admin(200), body: ({ loose }) => ({ ids: [loose.id] }) },
  "POST /api/admin/doctor": {
    answers: admin(404),
    body: () => ({ origin: ORIGIN, clock: new Date().toISOString(), direct: {}, sameOrigin: {} }),
  },
  "POST /api/storage/check": { answers: signedIn(200) },
  "GET /api/auth/get-session": { answers: everyone(200) },
  "POST /api/auth/passkey/verify-authentication": { answers: everyone(400), body: () => ({ response: ASSERTION }) },
  "GET /api/auth/passkey/generate-authenticate-options": { answers: everyone(200) },
  "POST /api/account/lock": { answers: ownOf(204) },
  "POST /api/invites/accept": {
    answers: everyone(201),
    body: ({ invite: { id, token } }) => ({ token, name: "Guest", email: `${id}@example.org`, password: OWNER.password }),
  },
  "POST /api/auth/sign-in/email": { answers: everyone(200), body: () => ({ email: OWNER.email, password: OWNER.password }) },
  "POST /api/auth/sign-out": { answers: everyone(200), body: () => ({}) },
  "POST /api/sessions/end-others": { answers: ownOf(200) },
};
