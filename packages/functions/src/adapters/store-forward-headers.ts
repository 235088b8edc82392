import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";

/** What of a request means something to a store. Cookies and authorization are ours: they never leave this process. */
const ASKED =
  /^(?:content-(?:length|type|md5)|range|if-(?:match|none-match|modified-since|unmodified-since|range)|x-amz-(?:checksum-[\w-]+|content-sha256|sdk-checksum-algorithm))$/u;

/** What of an answer means something to a browser. Not its CORS rules, cookies or addresses: those were for another origin. */
const ANSWERED =
  /^(?:content-(?:length|type|range|encoding|disposition)|accept-ranges|etag|last-modified|expires|cache-control|retry-after|x-amz-[\w-]+)$/u;

/** What a page of ours may show, and no browser runs anything in: no SVG, no HTML, no PDF. */
const SHOWN =
  /^(?:image\/(?:jpeg|png|webp|gif|avif|heic|heif|jxl|bmp|tiff)|video\/(?:mp4|quicktime|webm|ogg|mpeg|3gpp|3gpp2|x-matroska|x-msvideo))$/u;

/**
 * Under our own origin somebody's file could act as a page of ours. It is in a sandbox without scripts, framed by nobody and never guessed at;
 * what is neither picture nor video is bytes to save.
 */
const CONFINED = {
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
  "x-content-type-options": "nosniff",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "referrer-policy": "no-referrer",
} as const;

const SAVED = "application/octet-stream";

/**
 * The path and query under `/store` of a request that may be passed on: a signed one for an object of the bucket. Else undefined: the bucket
 * itself, another one, a path that a server might read as another one, a request without a signature.
 */
export function forwardedPath(url: string, bucket: string): string | undefined {
  const [path = "", query = ""] = split(url);
  const inBucket = `/store/${bucket}/`;
  if (!path.startsWith(inBucket) || path.length === inBucket.length) return undefined;
  if (/(?:\/|%2f)(?:\.|%2e){1,2}(?=\/|%2f|$)|[\\#]|%5c|%00/iu.test(path)) return undefined;
  return new URLSearchParams(query).get("X-Amz-Signature") ? url.slice("/store".length) : undefined;
}

/** The headers of the request to the store; its host is the caller's matter. */
export function requestHeaders(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => ASKED.test(name)));
}

/** The headers of the store's answer for the browser, so that nothing of it can run under our origin. */
export function answerHeaders(method: string, status: number, headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const passed: OutgoingHttpHeaders = Object.fromEntries(Object.entries(headers).filter(([name]) => ANSWERED.test(name)));
  const confined = { "cache-control": "private, no-cache", ...passed, ...CONFINED };
  // What the store says about a failure is XML, for programs to read; no browser shall make a document of it.
  if (status >= 400) return { ...confined, "cache-control": "no-store", "content-type": "text/plain; charset=utf-8" };
  const type = (headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  if (method === "PUT" || status === 304 || SHOWN.test(type)) return confined;
  return { ...confined, "content-type": SAVED, "content-disposition": attachment(headers["content-disposition"]) };
}

/** The disposition as an attachment, with the file name that it has. */
function attachment(disposition = ""): string {
  return `attachment${/;.*$/su.exec(disposition)?.[0] ?? ""}`;
}

function split(url: string): string[] {
  const at = url.indexOf("?");
  return at < 0 ? [url] : [url.slice(0, at), url.slice(at + 1)];
}
