import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import type { Reply, Silence } from "@tintype/core/doctor";
import { codeOf } from "./error-code.ts";
import type { Answer } from "./store-s3-ask.ts";

const REQUEST_MS = 5_000;
/** Of what is answered only so much is of interest. */
const MOST = 64 * 1024;

type Answered = Answer & { skewMs?: number };
export type Asked = Answered | Extract<Reply, { why: unknown }>;

type Question = {
  method?: string;
  headers?: Readonly<Record<string, string>>;
  body?: Buffer;
  /** Announces so many bytes and asks whether they are wanted, instead of sending any. */
  announce?: number;
};

/**
 * One request, answered within 5 s or not at all; certificates are checked, redirects are not followed. An announced body that is wanted is answered
 * 100.
 */
export function ask(url: string, { method = "GET", headers = {}, body, announce }: Question = {}): Promise<Asked> {
  const library = url.startsWith("https:") ? https : http;
  const length = announce ?? body?.length;
  const all = {
    ...headers,
    ...(length !== undefined && { "content-length": String(length) }),
    ...(announce !== undefined && { expect: "100-continue" }),
  };
  const began = Date.now();
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(REQUEST_MS);
    const request = library.request(url, { method, headers: all, signal, agent: false });
    const end = (asked: Asked): void => {
      resolve(asked);
      request.destroy();
    };
    request.on("error", (error) => end(silenceOf(error)));
    request.once("continue", () => end({ status: 100, headers: new Headers(), body: Buffer.alloc(0) }));
    request.once("response", (response) => {
      const skewMs = skewOf(response, began);
      read(response).then(
        (bytes) =>
          end({ status: response.statusCode ?? 0, headers: headersOf(response), body: bytes, ...(skewMs !== undefined && { skewMs }) }),
        (error: unknown) => end(silenceOf(error)),
      );
    });
    if (announce === undefined) request.end(body);
    else request.flushHeaders();
  });
}

async function read(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MOST) break;
  }
  return Buffer.concat(chunks);
}

function headersOf({ headersDistinct }: IncomingMessage): Headers {
  return new Headers(
    Object.entries(headersDistinct).flatMap(([name, values = []]) => values.map((value): [string, string] => [name, value])),
  );
}

/** The Date header has whole seconds: half of one is what it says too little on average. */
function skewOf({ headers: { date } }: IncomingMessage, began: number): number | undefined {
  const told = Date.parse(date ?? "");
  return Number.isNaN(told) ? undefined : told + 500 - (began + Date.now()) / 2;
}

const WHY: readonly (readonly [Silence, RegExp])[] = [
  ["name", /^(?:ENOTFOUND|EAI_)/u],
  ["refused", /^(?:ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)/u],
  ["silent", /^(?:ETIMEDOUT|ABORT_ERR|23)$/u],
  ["certificate", /CERT|^UNABLE_TO_/u],
];

/** Why nothing was answered, with the system's own code. */
export function silenceOf(error: unknown): { why: Silence; detail: string } {
  if (error instanceof Error && (error.name === "AbortError" || error.name === "TimeoutError")) {
    return { why: "silent", detail: `no answer within ${REQUEST_MS / 1000} s` };
  }
  const code = codeOf(error);
  return { why: WHY.find(([, pattern]) => pattern.test(code))?.[0] ?? "broken", detail: code || "the connection broke" };
}
