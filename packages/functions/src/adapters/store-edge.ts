import { AppError } from "@tintype/core/kernel";
import { createSigner, createUrlSigner, type Multipart, type ObjectStore, type SignRequest } from "@tintype/core/storage";
import { answered } from "./store-s3-code.ts";
import type { CloudSettings } from "./settings-cloud.ts";

/** What the edge asks of a store: nothing there reads photos, or removes or copies anything. */
type EdgeStore = Pick<ObjectStore, "head" | "get" | "put" | "list" | "sign" | "place" | "pins" | "announces"> & {
  multipart: Pick<Multipart, "create" | "parts" | "complete" | "abort">;
};

const TIMEOUT_MS = 20_000;
/** Of a request that goes out at once. */
const LIFE_S = 60;

type EdgeOptions = CloudSettings["s3"] & {
  pins: () => Promise<boolean>;
  /** Told of each request, by S3's name of it. */
  onRequest?: (request: { operation: string }) => void;
  /** Told of each key for which a URL for reading is signed. */
  onSign?: (key: string) => void;
};

/** The store where every byte of program counts: its requests are signed as URLs, and sent by `fetch`. */
export function createEdgeStore({ pins, onRequest, onSign, ...place }: EdgeOptions): ObjectStore {
  const sign = createUrlSigner(place);
  const signer = createSigner(place);
  const send = async (request: Omit<SignRequest, "expiresIn" | "at">, body?: Uint8Array<ArrayBuffer> | string): Promise<Response> => {
    const { method, headers } = request;
    onRequest?.({ operation: operationOf(request) });
    const url = sign({ ...request, expiresIn: LIFE_S, at: new Date() });
    const init = { method, ...(headers && { headers }), ...(body !== undefined && { body }), signal: AbortSignal.timeout(TIMEOUT_MS) };
    const answer = await fetch(url, init).catch((cause: unknown) => {
      throw new AppError("storage_unavailable", "The store cannot be reached.", { cause });
    });
    if (answer.ok) return answer;
    throw refused(answer.status, await answer.text());
  };
  return asStore({
    head: async (key) => {
      const { headers } = await send({ method: "HEAD", key });
      return {
        key,
        size: Number(headers.get("content-length")),
        etag: bare(headers.get("etag")),
        type: headers.get("content-type") ?? "application/octet-stream",
        lastModified: new Date(headers.get("last-modified") ?? 0),
      };
    },
    get: async (key, { start, end, etag, size } = {}) => {
      const range = start !== undefined || end !== undefined ? { range: `bytes=${start ?? 0}-${end ?? ""}` } : {};
      const headers = { ...range, ...(etag !== undefined && { "if-match": `"${etag}"` }) };
      const answer = await send({ method: "GET", key, headers }).catch((error: unknown) => {
        // Another etag, or another size of which this is no range.
        const isOther = error instanceof AppError && (error.code === "conflict" || (error.code === "invalid" && size !== undefined));
        throw isOther ? stale(error) : error;
      });
      const total = Number(answer.headers.get("content-range")?.split("/")[1] ?? answer.headers.get("content-length"));
      if (size === undefined || total === size) return answer.body ?? new ReadableStream();
      await answer.body?.cancel();
      throw stale();
    },
    put: async (key, body, { type, cacheControl }) => {
      const headers = { "content-type": type, ...(cacheControl !== undefined && { "cache-control": cacheControl }) };
      const answer = await send({ method: "PUT", key, headers }, new Uint8Array(body));
      return { etag: bare(answer.headers.get("etag")) };
    },
    list: async (prefix, { after = "", limit = 1000 } = {}) => {
      const query = { "list-type": "2", prefix, "start-after": after, "max-keys": String(limit), "encoding-type": "url" };
      const page = await (await send({ method: "GET", key: "", query })).text();
      // Not every store does as it is asked.
      const isEncoded = text(page, "EncodingType") === "url";
      const objects = all(page, "Contents").map((found) => ({
        key: isEncoded ? decodeURIComponent(text(found, "Key").replaceAll("+", "%20")) : text(found, "Key"),
        size: Number(text(found, "Size")),
        etag: bare(text(found, "ETag")),
        lastModified: new Date(text(found, "LastModified")),
      }));
      const next = text(page, "IsTruncated") === "true" ? objects.at(-1)?.key : undefined;
      return { objects, ...(next !== undefined && { next }) };
    },
    multipart: {
      create: async (key, type) => {
        const answer = await send({ method: "POST", key, query: { uploads: "" }, headers: { "content-type": type } });
        return { id: text(await answer.text(), "UploadId") };
      },
      parts: async (key, uploadId) => {
        const pages: string[] = [];
        for (let after = "0", more = true; more;) {
          const query = { uploadId, "part-number-marker": after };
          const page = await (await send({ method: "GET", key, query }).catch(asGone)).text();
          pages.push(...all(page, "Part"));
          after = text(page, "NextPartNumberMarker");
          more = text(page, "IsTruncated") === "true" && after !== "";
        }
        return pages.map((part) => ({
          number: Number(text(part, "PartNumber")),
          etag: bare(text(part, "ETag")),
          size: Number(text(part, "Size")),
        }));
      },
      complete: async (key, uploadId, parts, { ifNoneMatch = false } = {}) => {
        const list = parts.map(({ number, etag }) => `<Part><PartNumber>${number}</PartNumber><ETag>"${etag}"</ETag></Part>`);
        const body = `<CompleteMultipartUpload>${list.join("")}</CompleteMultipartUpload>`;
        const headers = ifNoneMatch ? { "if-none-match": "*" } : {};
        const told = await (await send({ method: "POST", key, query: { uploadId }, headers }, body)).text();
        // A store that takes long to put them together has answered 200 already when it fails.
        if (told.includes("<Error>")) throw refused(500, told);
        return { etag: bare(text(told, "ETag")) };
      },
      abort: async (key, uploadId) => {
        await send({ method: "DELETE", key, query: { uploadId } }).catch((error: unknown) => {
          if (!(error instanceof AppError) || !["gone", "not_found"].includes(error.code)) throw error;
        });
      },
    },
    sign: {
      ...signer,
      get: (request) => {
        onSign?.(request.key);
        return signer.get(request);
      },
    },
    announces: true,
    place: `${place.bucket} at ${place.endpoint}`,
    pins,
  });
}

/** Guarantee: what the edge runs asks for nothing of a store but this; what it did ask for besides would fail, and change nothing. */
function asStore(store: EdgeStore): ObjectStore {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return store as ObjectStore;
}

/** S3's name of a request, of those that are sent here. */
function operationOf({ method, query = {} }: Pick<SignRequest, "method" | "query">): string {
  if (method === "HEAD") return "HeadObject";
  if (method === "DELETE") return "AbortMultipartUpload";
  if (method === "PUT") return "PutObject";
  const isOfUpload = "uploadId" in query;
  if (method === "POST") return isOfUpload ? "CompleteMultipartUpload" : "CreateMultipartUpload";
  if (isOfUpload) return "ListParts";
  return "list-type" in query ? "ListObjectsV2" : "GetObject";
}

function refused(status: number, body: string): AppError {
  const code = text(body, "Code");
  const why = `The store does not answer as it should (${code || status}).`;
  return answered(code, status, text(body, "Message")) ?? new AppError("storage_unavailable", why);
}

function stale(cause?: unknown): AppError {
  return new AppError("stale", "The object has changed meanwhile.", { cause });
}

/** Some stores call an upload that has ended an object that is not there. */
function asGone(error: unknown): never {
  const isAway = error instanceof AppError && error.code === "not_found";
  throw isAway ? new AppError("gone", "The multipart upload has ended.", { cause: error }) : error;
}

/** What stands in each element of this name; the few answers that are read here have no attributes and no nesting of one name. */
function all(xml: string, name: string): string[] {
  return Array.from(xml.matchAll(new RegExp(`<${name}>(.*?)</${name}>`, "gsu")), ([, inside = ""]) => inside);
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", apos: "'", gt: ">", lt: "<", quot: '"' };

/** The text in the first element of this name; empty when there is none. */
function text(xml: string, name: string): string {
  return (all(xml, name)[0] ?? "").replaceAll(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/giu, (whole, decimal?: string, hex?: string, named = "") => {
    if (decimal === undefined && hex === undefined) return ENTITIES[String(named)] ?? whole;
    return String.fromCodePoint(decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal));
  });
}

function bare(etag: string | null): string {
  return (etag ?? "").replaceAll('"', "");
}
