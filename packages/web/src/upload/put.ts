import type { PutRequest } from "../lib/api.ts";
import { retryAfterOf } from "../lib/http.ts";
import type { PutAnswer } from "./failure.ts";

/** No byte taken for this long = the connection is dead, whatever the browser believes. */
const STALL_MS = 60_000;

type Options = { signal: AbortSignal; onProgress: (bytes: number) => void };

/** Headers that a page may not set; the browser sends the right ones by itself. */
const OWN = new Set(["host", "content-length"]);

/**
 * Sends one body to a signed URL. Answers with whatever the store said, status 0 for a broken connection; never throws but
 * AbortError. XMLHttpRequest, since fetch tells nothing of an upload's progress.
 */
export function put(request: PutRequest, body: Blob, { signal, onProgress }: Options): Promise<PutAnswer> {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    let stall: ReturnType<typeof setTimeout>;
    const alive = (): void => {
      clearTimeout(stall);
      stall = setTimeout(() => xhr.abort(), STALL_MS);
    };
    const cancel = (): void => xhr.abort();
    const done = (): void => {
      clearTimeout(stall);
      signal.removeEventListener("abort", cancel);
      if (signal.aborted) return reject(new DOMException("cancelled", "AbortError"));
      resolve(answerOf(xhr));
    };
    xhr.upload.addEventListener("progress", (event) => {
      alive();
      onProgress(event.loaded);
    });
    xhr.addEventListener("loadend", done);
    xhr.open(request.method, request.url);
    for (const [name, value] of Object.entries(request.headers)) if (!OWN.has(name.toLowerCase())) xhr.setRequestHeader(name, value);
    signal.addEventListener("abort", cancel);
    alive();
    if (signal.aborted) return done();
    xhr.send(body);
  });
}

function answerOf(xhr: XMLHttpRequest): PutAnswer {
  if (xhr.status === 0) return { status: 0, etag: null, code: "", retryAfter: undefined };
  // Read as a whole: asking by name for a header that the store does not expose is an error on the console.
  const headers = new Map(
    xhr
      .getAllResponseHeaders()
      .split("\r\n")
      .map((line) => pair(line)),
  );
  return {
    status: xhr.status,
    etag: headers.get("etag") ?? null,
    code: /<Code>([\w.]{1,64})<\/Code>/u.exec(xhr.responseText)?.[1] ?? "",
    retryAfter: retryAfterOf(headers.get("retry-after") ?? null),
  };
}

function pair(line: string): [name: string, value: string] {
  const colon = line.indexOf(":");
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}
