import type { Row } from "./matrix.ts";
import { everyone, holders } from "./rules.ts";
import { fileOf } from "./upload.ts";

const ids: Row["body"] = ({ shared }) => ({ ids: [shared.id] });
const page = { ...everyone(200), expired: 404, revoked: 404 };

/** What whoever holds a link may ask; `:token` is that of whoever asks, see `holders`. */
export const LINK_ROWS: Readonly<Record<string, Row>> = {
  // It tells nothing of a link that has a password.
  "GET /s/:token": { answers: page },
  "GET /s/:token/p/:id": { answers: page, path: ({ shared }) => `/s/:token/p/${shared.id}` },
  "POST /s/:token/unlock": { answers: { ...holders(401), link: 400 }, body: () => ({ password: "guess" }) },
  "GET /s/:token/open": { answers: holders(200) },
  "GET /s/:token/geometry": { answers: holders(200) },
  "POST /s/:token/items": {
    answers: holders(200),
    body: ({ shared, locked, binned, held, loose }) => ({ ids: [shared, locked, binned, held, loose].map(({ id }) => id) }),
  },
  "GET /s/:token/assets/:id": { answers: holders(200), path: ({ shared }) => `/s/:token/assets/${shared.id}` },
  // The copy that tells nothing of it is still being made.
  "GET /s/:token/assets/:id/original": { answers: holders(409), path: ({ shared }) => `/s/:token/assets/${shared.id}/original` },
  "GET /s/:token/assets/:id/preview": { answers: holders(302), path: ({ shared }) => `/s/:token/assets/${shared.id}/preview` },
  "POST /s/:token/downloads": { answers: holders(200), body: ids },
  // Whoever is not signed in beside the link has no library: see save.test.ts for who is.
  "POST /s/:token/save": { answers: holders(401), body: ids },
  "POST /s/:token/uploads": {
    answers: holders(200),
    body: () => ({ files: [fileOf(crypto.randomUUID())], guestName: "Gustav" }),
  },
  // Her own uploads are none of theirs.
  "POST /s/:token/uploads/status": { answers: holders(200), body: ({ uploadId }) => ({ ids: [uploadId] }) },
  "POST /s/:token/uploads/:id/complete": {
    answers: holders(404),
    path: ({ uploadId }) => `/s/:token/uploads/${uploadId}/complete`,
    body: () => ({}),
  },
  "DELETE /s/:token/uploads/:id": { answers: holders(404), path: ({ uploadId }) => `/s/:token/uploads/${uploadId}` },
  "GET /s/:token/feed.xml": { answers: holders(200) },
  "GET /s/:token/feed.json": { answers: holders(200) },
  "GET /s/:token/og.jpg": { answers: holders(302) },
};
