import { AppError } from "@tintype/core/kernel";
import { storeError } from "./store-s3-error.ts";

const REQUEST_MS = 10_000;

/** What stores say about a request that was signed just now, when one of the clocks is off. */
const CLOCK = /expired|not valid yet|not yet valid|request ?time|too (?:skewed|large)/iu;

export type Answer = { status: number; headers: Headers; body: Buffer };

/**
 * A request as a browser sends it, answered within 10 s. Throws `storage_unavailable` when nothing or an internal error is answered; 501 is
 * none: stores say so that they do not have something.
 */
export async function ask(url: string, init: RequestInit, signal?: AbortSignal): Promise<Answer> {
  const answer = await exchange(url, init, signal);
  if (answer.status < 500 || answer.status === 501) return answer;
  throw new AppError("storage_unavailable", `The store answers ${describe(answer)}.`);
}

/** Whether anything answers there. */
export async function canReach(endpoint: string, signal?: AbortSignal): Promise<boolean> {
  return exchange(endpoint, {}, signal).then(
    () => true,
    () => false,
  );
}

/** Whether a signature was refused for its time: that says nothing of the request. `text` are code and message. */
export function isForClock(status: number, text: string): boolean {
  return status === 403 && CLOCK.test(text);
}

/** Status and code of an answer, such as `403 SignatureDoesNotMatch`. */
export function describe({ status, body }: Pick<Answer, "status" | "body">): string {
  const code = /<Code>(?<code>\w{1,60})<\/Code>/u.exec(body.toString("utf8", 0, 2000))?.groups?.["code"];
  return code === undefined ? String(status) : `${status} ${code}`;
}

/** The answer to a page of `origin` that asks whether it may PUT with these headers; `isAllowed` when it may. */
export async function preflight(url: string, origin: string, names: readonly string[], signal?: AbortSignal) {
  const answer = await ask(url, { method: "OPTIONS", headers: wish(origin, names) }, signal);
  return { answer, isAllowed: letsIn(answer, origin, names) };
}

/** The headers with which a page of `origin` asks whether it may PUT with headers of these names. */
export function wish(origin: string, names: readonly string[]): Record<string, string> {
  return { origin, "access-control-request-method": "PUT", "access-control-request-headers": names.join(",") };
}

/** Whether the answer to that is yes. */
export function letsIn(answer: Answer, origin: string, names: readonly string[]): boolean {
  return admits(answer, origin) && allows(answer, "methods", ["put"]) && allows(answer, "headers", names);
}

/** Whether a page of `origin` is given this answer. */
export function admits(answer: Answer, origin: string): boolean {
  const allowed = answer.headers.get("access-control-allow-origin");
  return answer.status < 300 && (allowed === "*" || allowed === origin);
}

/** What an `access-control-` header lists, in lower case. */
export function listedIn({ headers }: Answer, name: string): string[] {
  return (headers.get(`access-control-${name}`) ?? "").toLowerCase().split(/\s*,\s*/u);
}

function allows(answer: Answer, what: "methods" | "headers", names: readonly string[]): boolean {
  const allowed = listedIn(answer, `allow-${what}`);
  return allowed.includes("*") || names.every((name) => allowed.includes(name));
}

async function exchange(url: string, init: RequestInit, signal?: AbortSignal): Promise<Answer> {
  const timeout = AbortSignal.timeout(REQUEST_MS);
  try {
    const both = signal ? AbortSignal.any([signal, timeout]) : timeout;
    const response = await fetch(url, { redirect: "manual", ...init, signal: both });
    return { status: response.status, headers: response.headers, body: Buffer.from(await response.arrayBuffer()) };
  } catch (error) {
    throw storeError(error instanceof TypeError && error.cause !== undefined ? error.cause : error);
  }
}
