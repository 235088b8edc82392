import type { Api } from "@tintype/functions/api";
import { hc, type InferRequestType, type InferResponseType } from "hono/client";
import { Problem, request, requestForAnyone } from "./http.ts";

/** The API as its routes declare it; every failed request throws `Problem`. */
export const client = hc<Api>("/", { fetch: request });
const { uploads, timeline, assets, albums, collections, bin, storage, admin } = client.api;

type Uploads = typeof uploads;
export type Me = InferResponseType<typeof client.api.me.$get, 200>;
export type User = Me["user"];

/** What the server is told of a file. Times are wall clocks without a zone, `YYYY-MM-DDTHH:mm:ss`. */
export type PlanFile = InferRequestType<Uploads["$post"]>["json"]["files"][number];
export type PlanAnswer = InferResponseType<Uploads["$post"], 200>["files"][number];
/** `final`, of a guest's: it has failed, and would again. */
export type UploadStatus = InferResponseType<Uploads["status"]["$post"], 200>["uploads"][number] & { final?: boolean };
type SignedPart = InferResponseType<Uploads[":id"]["parts"]["$post"], 200>["parts"][number];
export type PutRequest = SignedPart["request"];

/** Items of the timeline in columns, over all ranges that were not stale. */
export type ItemColumns = InferResponseType<typeof timeline.items.$get, 200>;
/** Everything of one asset; its URLs are signed and expire. */
export type AssetDetail = InferResponseType<(typeof assets)[":id"]["$get"], 200>;
/** The background work of one kind; a job that was given up. */
export type KindOfJobs = InferResponseType<typeof admin.jobs.$get, 200>["kinds"][number];
export type StorageFacts = InferResponseType<typeof admin.storage.$get, 200>;
/** What this month costs in all; null where nobody is paid. */
export type MonthCost = InferResponseType<typeof admin.cost.month.$get, 200>["month"];
/** What this month costs, and what it is made of. */
export type Cost = InferResponseType<typeof admin.cost.$get, 200>;
export type RefusedFile = InferResponseType<typeof admin.inbox.refused.$get, 200>["files"][number];
/** What was tried between this browser and the store, and the causes of what is wrong. */
export type Diagnosis = InferResponseType<typeof admin.doctor.$post, 200>;
export type DeadJob = InferResponseType<typeof admin.jobs.dead.$get, 200>["jobs"][number];
type Downloads = InferResponseType<(typeof albums)[":id"]["downloads"]["$post"], 200>;
export type DownloadFile = Downloads["files"][number];
export type Undownloadable = Downloads["missing"][number];

/** One photo of an album, as far as it is told to whoever asks. */
export type AlbumPhoto = InferResponseType<(typeof albums)[":id"]["assets"][":assetId"]["$get"], 200>;
export type OwnCollection = InferRequestType<(typeof collections)[":kind"]["items"]["$post"]>["param"]["kind"];

/** What is done to photos: exactly one thing. By `token` it can be undone. */
type MarkRequest = InferRequestType<typeof assets.mark.$post>["json"];
export type Change = MarkRequest["change"];
/** Photos by id, and by their place in the timeline. */
export type Selected = { ids: string[]; ranges: string[] };

/** Requests that find out whether one way leads to the store. */
export type Trial = InferResponseType<typeof storage.check.$post, 200>["trials"][number];

export const api = {
  /** Asks nothing but whether the server is there. */
  knock: async () => void (await request("/healthz")),
  /** Which of the things behind the server do not answer. */
  absent: async (): Promise<("database" | "store")[]> => {
    try {
      await client.readyz.$get();
      return [];
    } catch (error) {
      const checks = error instanceof Problem && error.status === 503 ? error.extra["checks"] : undefined;
      if (typeof checks !== "object" || checks === null) throw error;
      const failed = Object.entries(checks).flatMap(([name, state]) => (state === "failed" ? [name] : []));
      return (["database", "store"] as const).filter((name) => failed.includes(name));
    }
  },
  health: () => ok(admin.health.$get()),
  me: () => ok(client.api.me.$get()),
  whoIsIn: () => ok(hc<Api>("/", { fetch: requestForAnyone }).api.me.$get()),
  /** Unlike `me` no error for somebody who is not signed in. */
  hasSession: async () => (await (await request("/api/auth/get-session")).json()) !== null,
  setupNeeded: async () => (await ok(client.api.setup.$get())).needed,
  setup: (json: InferRequestType<typeof client.api.setup.$post>["json"]) => ok(client.api.setup.$post({ json })),
  signIn: (input: { email: string; password: string }) => post("/api/auth/sign-in/email", input),
  signOut: () => post("/api/auth/sign-out", {}),
  plan: async (files: PlanFile[], albumId?: string) => (await ok(uploads.$post({ json: { files, albumId } }))).files,
  parts: async (id: string, from: number, to: number) =>
    (await ok(uploads[":id"].parts.$post({ param: { id }, json: { from, to } }))).parts,
  complete: async (id: string, parts?: { number: number; etag: string }[]) => {
    await uploads[":id"].complete.$post({ param: { id }, json: parts ? { parts } : {} });
  },
  items: (ranges: string, signal: AbortSignal) => ok(timeline.items.$get({ query: { ranges } }, { init: { signal } })),
  locate: (id: string, signal: AbortSignal) => ok(timeline.locate.$get({ query: { id } }, { init: { signal } })),
  asset: (id: string) => ok(assets[":id"].$get({ param: { id } })),
  downloads: (ids: string[], signal: AbortSignal) => ok(assets.downloads.$post({ json: { ids } }, { init: { signal } })),
  /** Throws when there is no original to be saved: what follows the route's redirect cannot tell. */
  checkOriginal: async (id: string, signal: AbortSignal) => {
    await assets[":id"].original.$get({ param: { id } }, { init: { signal, redirect: "manual" } });
  },
  collectionItems: (kind: OwnCollection, ids: string[], signal: AbortSignal) =>
    ok(collections[":kind"].items.$post({ param: { kind }, json: { ids } }, { init: { signal } })),
  albumItems: (id: string, ids: string[], signal: AbortSignal) =>
    ok(albums[":id"].items.$post({ param: { id }, json: { ids } }, { init: { signal } })),
  albumPhoto: (id: string, assetId: string) => ok(albums[":id"].assets[":assetId"].$get({ param: { id, assetId } })),
  albumDownloads: (id: string, ids: string[], signal: AbortSignal) =>
    ok(albums[":id"].downloads.$post({ param: { id }, json: { ids } }, { init: { signal } })),
  checkAlbumOriginal: async (id: string, assetId: string, signal: AbortSignal) => {
    await albums[":id"].assets[":assetId"].original.$get({ param: { id, assetId } }, { init: { signal, redirect: "manual" } });
  },
  /** How many photos were changed. */
  mark: async (selection: Selected, change: Change, token: string) =>
    (await ok(assets.mark.$post({ json: { selection, change, token } }))).changed,
  undo: async (token: string) => (await ok(assets.undo.$post({ json: { token } }))).changed,
  deleteForGood: async (ids: string[]) => (await ok(bin.delete.$post({ json: { ids } }))).deleted,
  emptyBin: async () => (await ok(bin.empty.$post())).deleted,
  storageCheck: () => ok(storage.check.$post()),
  statuses: async (ids: string[]) => (await ok(uploads.status.$post({ json: { ids } }))).uploads,
  abort: async (id: string) => {
    await uploads[":id"].$delete({ param: { id } });
  },
  cost: () => ok(admin.cost.$get()),
  monthCost: async () => (await ok(admin.cost.month.$get())).month,
  setBudget: async (json: Cost["budget"]) => void (await admin.cost.budget.$put({ json })),
  storage: (signal: AbortSignal) => ok(admin.storage.$get({}, { init: { signal } })),
  checkStorage: async () => void (await admin.storage.check.$post()),
  sweepStorage: async () => void (await admin.storage.sweep.$post()),
  doctor: (json: InferRequestType<typeof admin.doctor.$post>["json"], signal: AbortSignal) =>
    ok(admin.doctor.$post({ json }, { init: { signal } })),
  jobs: async (signal: AbortSignal) => (await ok(admin.jobs.$get({}, { init: { signal } }))).kinds,
  deadJobs: (after: string | undefined, signal: AbortSignal) =>
    ok(admin.jobs.dead.$get({ query: after === undefined ? {} : { after } }, { init: { signal } })),
  refusedFiles: (after: string | undefined, signal: AbortSignal) =>
    ok(admin.inbox.refused.$get({ query: after === undefined ? {} : { after } }, { init: { signal } })),
  retryJobs: async (ids: string[] | "all") => (await ok(admin.jobs.retry.$post({ json: ids === "all" ? { all: true } : { ids } }))).jobs,
  /** Is sent even when the page is being closed. */
  discardJobs: async (ids: string[]) => {
    await admin.jobs.discard.$post({ json: { ids } }, { init: { keepalive: true } });
  },
};

type Success = { status: 200 | 201 };
type Answer = { json: () => Promise<unknown> };

/** The body of a success: `request` has thrown for everything else, so the other bodies that the route declares cannot come. */
export async function ok<R extends Answer>(call: Promise<R>): Promise<Awaited<ReturnType<Extract<R, Success>["json"]>>> {
  const response = await call;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return (await response.json()) as Awaited<ReturnType<Extract<R, Success>["json"]>>;
}

/** For the routes of better-auth, which are not in the API's type. */
async function post(path: string, body: object): Promise<void> {
  await request(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
}
