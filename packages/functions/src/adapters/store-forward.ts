import http, { type ClientRequest, type IncomingMessage, type ServerResponse } from "node:http";
import https from "node:https";
import { pipeline } from "node:stream";
import { type Log, newId } from "@tintype/core/kernel";
import type { Signer } from "@tintype/core/storage";
import type { S3Options } from "./store-s3-client.ts";
import { createSigners } from "./store-s3-sign.ts";
import { answerHeaders, forwardedPath, requestHeaders } from "./store-forward-headers.ts";

/** Shorter than any store keeps an idle connection: one that it has just closed is not used again. */
const IDLE_MS = 4_000;
const CONNECT_MS = 5_000;
/** A body of which nothing moves for so long has been given up by its sender; an answer of which nothing comes, by the store. */
const SILENT_MS = 120_000;
/** A store that does not say whether it wants a body gets it after this long; one that has ever said so is waited for longer. */
const CONTINUE_MS = { unheard: 1_000, heard: 10_000 };

const METHODS = new Set(["GET", "HEAD", "PUT"]);

/** Passes signed requests on to the store: for browsers that reach us, but not the store. */
export type Forward = {
  /** True for a request whose answer is ours: anything under `/store/`. */
  takes: (url: string) => boolean;
  handle: (request: IncomingMessage, response: ServerResponse) => void;
  /** Signs for the store, with URLs under `/store` of the page's origin. */
  signerFor: (page: URL) => Signer;
  close: () => void;
};

/**
 * `/store/<bucket>/<key>?X-Amz-…` goes to the store at `endpoint` as it is: it was signed for that, the store checks it, and we hold no state.
 * Bodies stream both ways, neither faster than the other side takes them; who goes away takes the other side along.
 */
export function createForward(options: S3Options, log: Log, silentMs = SILENT_MS): Forward {
  const { endpoint, bucket } = options;
  const sign = createSigners(options)(endpoint);
  const { protocol, host, hostname, port, pathname } = new URL(endpoint);
  const base = pathname.replace(/\/$/u, "");
  const library = protocol === "https:" ? https : http;
  const agent = new library.Agent({ keepAlive: true, timeout: IDLE_MS });
  const patience: Patience = { ms: CONTINUE_MS.unheard };

  const ask = (request: IncomingMessage, path: string): ClientRequest =>
    library.request({
      agent,
      hostname: hostname.replaceAll(/^\[|\]$/gu, ""),
      port,
      path: base + path,
      method: request.method,
      // Some stores refuse before they have the body, and close: what they said would be lost while we still write.
      headers: { ...requestHeaders(request.headers), host, ...(request.method === "PUT" && { expect: "100-continue" }) },
    });

  function handle(request: IncomingMessage, response: ServerResponse): void {
    const started = performance.now();
    const { method = "" } = request;
    const requestId = newId();
    response.setHeader("x-request-id", requestId);
    response.once("close", () => {
      const ms = Math.round((performance.now() - started) * 10) / 10;
      const whole = response.writableFinished;
      log.info("request", { request: requestId, method, route: "/store", status: response.statusCode, ms, whole });
    });
    const path = forwardedPath(request.url ?? "", bucket);
    if (!METHODS.has(method)) return refuse(request, response, 405);
    if (path === undefined) return refuse(request, response, 404);
    pass({ request, response, ask: () => ask(request, path), patience, silentMs, log: log.with({ request: requestId }) });
  }

  return {
    takes: (url) => /^\/store(?:\/|\?|$)/u.test(url),
    handle,
    signerFor: ({ origin }) => movedTo(`${origin}/store`, `${protocol}//${host}${base}`, sign),
    close: () => agent.destroy(),
  };
}

/** How long this store is waited for until it says whether it wants a body. */
type Patience = { ms: number };

type Passing = {
  request: IncomingMessage;
  response: ServerResponse;
  ask: () => ClientRequest;
  patience: Patience;
  silentMs: number;
  log: Log;
};

function pass(passing: Passing): void {
  const { request, response, ask, patience, silentMs, log } = passing;
  const hasBody = request.method === "PUT";
  let hasBegun = false;
  const upstream = ask();
  const connecting = setTimeout(() => upstream.destroy(new Error("the store takes no connection")), CONNECT_MS);
  upstream.once("socket", (socket) => {
    if (!socket.connecting) return clearTimeout(connecting);
    socket.once("connect", () => clearTimeout(connecting));
  });
  const watch = (): void => void upstream.setTimeout(silentMs, () => upstream.destroy(new Error("the store does not answer")));
  const leave = (): void => void upstream.destroy();
  response.once("close", leave);
  upstream.once("close", () => clearTimeout(connecting));
  upstream.once("response", (answer) => {
    // From here on silence may be the browser's.
    upstream.setTimeout(0);
    watchAnswer(answer, response, silentMs);
    const status = answer.statusCode ?? 502;
    response.writeHead(status, answerHeaders(request.method ?? "", status, answer.headers));
    pipeline(answer, response, () => {
      if (upstream.writableFinished) return;
      // A store may answer before it has all of the body: what still comes of it is for nobody.
      request.unpipe(upstream);
      request.resume();
      upstream.destroy();
    });
  });
  upstream.once("error", (error: NodeJS.ErrnoException) => {
    if (response.destroyed || response.headersSent) return void response.destroy();
    response.off("close", leave);
    request.unpipe(upstream);
    // The store had closed a connection that was kept: a request of whose body nothing was sent is simply sent again.
    if (upstream.reusedSocket && !hasBegun && error.code === "ECONNRESET") return pass(passing);
    log.error("unavailable", { code: "storage_unavailable", error: error.message });
    refuse(request, response, 503);
  });
  if (!hasBody) {
    watch();
    upstream.end();
    return;
  }
  const begin = (): void => {
    clearTimeout(waiting);
    if (hasBegun || upstream.destroyed || response.headersSent) return;
    hasBegun = true;
    request.pipe(upstream);
  };
  const waiting = setTimeout(begin, patience.ms);
  upstream.once("continue", () => {
    patience.ms = CONTINUE_MS.heard;
    begin();
  });
  upstream.once("close", () => clearTimeout(waiting));
  request.setTimeout(silentMs, () => request.destroy());
  request.once("end", () => {
    request.setTimeout(0);
    watch();
  });
}

/**
 * Gives up a store that has stopped in the middle of an answer, once the browser has taken all that came. A paused video takes nothing, for as long
 * as it likes.
 */
function watchAnswer(answer: IncomingMessage, response: ServerResponse, silentMs: number): void {
  let heardAt = performance.now();
  const hear = (): void => {
    heardAt = performance.now();
  };
  answer.on("data", hear);
  const timer = setInterval(() => {
    if (response.writableLength > 0 || answer.readableLength > 0) hear();
    else if (performance.now() - heardAt >= silentMs) answer.destroy(new Error("the store has stopped in the middle"));
  }, silentMs / 4);
  answer.once("close", () => clearInterval(timer));
}

/** What we answer ourselves, as problem documents (RFC 9457). */
const REFUSALS = {
  404: ["not_found", "Not found", "There is nothing at this address."],
  405: ["method_not_allowed", "Method not allowed", "This address answers GET, HEAD, PUT."],
  503: ["storage_unavailable", "The storage is not available", "The store does not answer. Try again."],
} as const;

function refuse(request: IncomingMessage, response: ServerResponse, status: keyof typeof REFUSALS): void {
  const [code, title, detail] = REFUSALS[status];
  const requestId = response.getHeader("x-request-id");
  const body = JSON.stringify({ type: "about:blank", title, status, code, detail, requestId });
  request.resume();
  response.writeHead(status, {
    "content-type": "application/problem+json",
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; sandbox",
    ...(status === 405 && { allow: "GET, HEAD, PUT" }),
    ...(status === 503 && { "retry-after": "5" }),
  });
  response.end(request.method === "HEAD" ? undefined : body);
}

/** A signer whose URLs begin with `to` where those of `signer` begin with `from`. */
function movedTo(to: string, from: string, signer: Signer): Signer {
  const move = (url: string): string => {
    if (!url.startsWith(`${from}/`)) throw new Error(`The signer signs for another place than ${from}.`);
    return to + url.slice(from.length);
  };
  const moved = async (signed: ReturnType<Signer["part"]>): ReturnType<Signer["part"]> => {
    const request = await signed;
    return { ...request, url: move(request.url) };
  };
  return {
    get: (input) => move(signer.get(input)),
    put: (input) => moved(signer.put(input)),
    part: (input) => moved(signer.part(input)),
  };
}
