import { GEOMETRY_TYPE } from "@tintype/core/geometry";
import * as Timeline from "@tintype/core/timeline";
import { addMember, browse, type Browser, jsonOf, ORIGIN, OWNER, SETUP_TOKEN, setUpOwner, useApi } from "@tintype/test/api";
import { addShown } from "@tintype/test/person";
import { useStore } from "@tintype/test/store";
import { fileOf } from "@tintype/test/upload";
import { beforeAll, expect, it } from "vitest";

const store = useStore();
const metrics = { tokenSha256: new Uint8Array(32), read: () => Promise.reject(new Error("nobody may")) };
const hook = { tokenSha256: new Uint8Array(32), bucket: "photos" };
const api = useApi(() => ({ store: store(), publicStore: () => ({ origin: "http://store.test", sign: store().sign }), hook, metrics }));

/** What belongs to the member, made anew for each row. */
type Hers = { uploadId: string; assetId: string; head: string };

type Statuses = { anonymous: number; member: number; other: number; owner: number };

/** What is asked for, with what belongs to the member in it, and what each principal is answered: the member, another one, the owner. */
type Row = Statuses & { path?: (hers: Hers) => string; body?: (hers: Hers) => object };

const everyone = (status: number): Statuses => ({ anonymous: status, member: status, other: status, owner: status });
/** What each signed-in person has their own of. */
const ownOf = (status: number): Statuses => ({ ...everyone(status), anonymous: 401 });
/** What is hers alone: for everybody else it is not there. */
const hersAlone = (status: number): Statuses => ({ anonymous: 401, member: status, other: 404, owner: 404 });

/** What only the owner of the installation may. */
const ownerAlone = (status: number): Statuses => ({ anonymous: 401, member: 403, other: 403, owner: status });

/** Every route, and who may. Signing out comes last: it ends the sessions that the other rows are asked with. */
const ROWS: Record<string, Row> = {
  "GET /healthz": everyone(200),
  "GET /readyz": everyone(200),
  "GET /metrics": everyone(401),
  "GET /api/openapi.json": ownOf(200),
  "GET /api/setup": everyone(200),
  "POST /api/setup": { ...everyone(409), body: () => ({ ...OWNER, token: SETUP_TOKEN, email: "second@example.org" }) },
  "POST /api/hooks/store": { ...everyone(401), body: () => ({ Records: [] }) },
  "GET /api/hooks/store": everyone(204),
  "OPTIONS /api/hooks/store": everyone(204),
  "GET /api/me": ownOf(200),
  "POST /api/uploads": { ...ownOf(200), body: () => ({ files: [fileOf("matrix")] }) },
  "POST /api/uploads/status": { ...ownOf(200), body: ({ uploadId }) => ({ ids: [uploadId] }) },
  "GET /api/uploads/:id": { ...hersAlone(200), path: ({ uploadId }) => `/api/uploads/${uploadId}` },
  "POST /api/uploads/:id/parts": {
    ...hersAlone(200),
    path: ({ uploadId }) => `/api/uploads/${uploadId}/parts`,
    body: () => ({ from: 1, to: 1 }),
  },
  "POST /api/uploads/:id/complete": { ...hersAlone(409), path: ({ uploadId }) => `/api/uploads/${uploadId}/complete`, body: () => ({}) },
  "DELETE /api/uploads/:id": { ...hersAlone(204), path: ({ uploadId }) => `/api/uploads/${uploadId}` },
  "GET /api/timeline/geometry": ownOf(200),
  "GET /api/timeline/changes": {
    ...hersAlone(200),
    other: 412,
    owner: 412,
    path: ({ head }) => `/api/timeline/changes?since=${head}`,
  },
  "GET /api/timeline/items": { ...ownOf(200), path: ({ head }) => `/api/timeline/items?ranges=24322:${head.split(".")[1]}:0:1` },
  "GET /api/timeline/locate": { ...hersAlone(200), path: ({ assetId }) => `/api/timeline/locate?id=${assetId}` },
  "GET /api/assets/:id": { ...hersAlone(200), path: ({ assetId }) => `/api/assets/${assetId}` },
  "GET /api/assets/:id/original": { ...hersAlone(302), path: ({ assetId }) => `/api/assets/${assetId}/original` },
  "POST /api/assets/downloads": { ...hersAlone(200), body: ({ assetId }) => ({ ids: [assetId] }) },
  "GET /api/admin/health": ownerAlone(200),
  "GET /api/admin/storage": ownerAlone(200),
  "POST /api/admin/storage/check": ownerAlone(202),
  "POST /api/admin/storage/sweep": ownerAlone(202),
  "GET /api/admin/jobs": ownerAlone(200),
  "GET /api/admin/jobs/dead": ownerAlone(200),
  "GET /api/admin/inbox/refused": ownerAlone(200),
  "POST /api/admin/jobs/retry": { ...ownerAlone(200), body: () => ({ all: true }) },
  "POST /api/admin/jobs/discard": { ...ownerAlone(200), body: ({ assetId }) => ({ ids: [assetId] }) },
  "POST /api/admin/doctor": {
    ...ownerAlone(404),
    body: () => ({ origin: ORIGIN, clock: new Date().toISOString(), direct: {}, sameOrigin: {} }),
  },
  "POST /api/storage/check": ownOf(200),
  "GET /api/auth/get-session": everyone(200),
  "POST /api/auth/sign-in/email": { ...everyone(200), body: () => ({ email: OWNER.email, password: OWNER.password }) },
  "POST /api/auth/sign-out": { ...everyone(200), body: () => ({}) },
};

const PRINCIPALS = ["anonymous", "other", "owner", "member"] as const;

let browsers: Record<(typeof PRINCIPALS)[number], Browser>;
let memberId: string;
let count = 0;

beforeAll(async () => {
  const owner = await setUpOwner(api());
  const [member, other] = [await addMember(api(), "Mia"), await addMember(api(), "Otto")];
  memberId = member.id;
  browsers = { anonymous: browse(api().app, ORIGIN, "10.7.0.1"), member: member.browser, other: other.browser, owner };
});

async function make(): Promise<Hers> {
  const { system } = api();
  const file = fileOf(`hers ${count++}`, { size: 64 * 1024 ** 2 });
  const { files } = await jsonOf(browsers.member.send("POST", "/api/uploads", { files: [file] }));
  const assetId = await addShown(system, memberId, "2026-11-22T10:00:00");
  await store().put(`library/x/${assetId}.jpg`, new Uint8Array(10), { type: "image/jpeg" });
  await Timeline.refresh(system, memberId);
  const { epoch, revision } = await Timeline.head({ ...system, actor: { kind: "user", userId: memberId, role: "member" } });
  return { uploadId: files[0].uploadId, assetId, head: `${epoch}.${revision}` };
}

it("has a row for every route that is mounted, and for no other", () => {
  const mounted = api().app.routes.filter(({ method }) => method !== "ALL");
  expect(Object.keys(ROWS).toSorted()).toEqual([...new Set(mounted.map(({ method, path }) => `${method} ${path}`))].toSorted());
});

it.each(Object.keys(ROWS))("%s answers each principal as the table says, and tells nobody else what is the member's", async (route) => {
  const { path, body, ...statuses } = ROWS[route]!;
  const [method = "", mounted = ""] = route.split(" ");
  const hers = await make();
  for (const principal of PRINCIPALS) {
    const browser = browsers[principal];
    const url = path?.(hers) ?? mounted;
    const answer = await (method === "GET" ? browser.get(url) : browser.send(method, url, body?.(hers)));
    expect([principal, answer.status]).toEqual([principal, statuses[principal]]);
    const told = answer.headers.get("content-type") === GEOMETRY_TYPE ? "" : await answer.text();
    if (principal === "member" || !answer.ok) continue;
    for (const secret of [hers.uploadId, hers.assetId, memberId]) expect(told).not.toContain(secret);
  }
});
