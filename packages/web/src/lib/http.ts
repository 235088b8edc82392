import { noteProblem, setOutage } from "./outage.ts";
import { createStore } from "./store.ts";

/** False from a request that reached nobody until one that did. */
export const reachable = createStore(true);

/** A failed request in the API's own words (RFC 9457). `status` 0 = the server could not be reached. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly status: number;
  readonly code: string;
  /** Seconds after which the server wants to be asked again. */
  readonly retryAfter: number | undefined;
  /** Every further member of the problem document, for example `field`. */
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(status: number, code: string, message: string, options: ProblemOptions = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.status = status;
    this.code = code;
    this.retryAfter = options.retryAfter;
    this.extra = options.extra ?? {};
  }
}

type ProblemOptions = { retryAfter?: number | undefined; extra?: Record<string, unknown>; cause?: unknown };

let unauthenticated = (): void => undefined;

/** Registers what to do when any request learns that the session is over. */
export function whenUnauthenticated(handler: () => void): void {
  unauthenticated = handler;
}

let person: string | undefined;

/** From now on every request says that it is made for this person: it is refused where another tab has signed somebody else in. */
export function actFor(id: string): void {
  person = id;
}

/** `fetch` for our own API: answers with 2xx, 304 and redirects that are not to be followed, throws `Problem` for everything else. */
export async function request(input: Parameters<typeof fetch>[0], init?: RequestInit): Promise<Response> {
  const headers = new Headers(init?.headers);
  if (person !== undefined) headers.set("x-tintype-person", person);
  return requestForAnyone(input, { ...init, headers });
}

/** The same for whoever is signed in: to find out who that is. */
export async function requestForAnyone(input: Parameters<typeof fetch>[0], init?: RequestInit): Promise<Response> {
  const response = await reach(input, init);
  reachable.set(true);
  // Where something could be changed there is room.
  if (response.ok && init?.method !== undefined && init.method !== "GET") setOutage("full", false);
  if (response.ok || response.status === 304 || response.type === "opaqueredirect") return response;
  const problem = await problemOf(response);
  noteProblem(problem.code);
  if (response.status === 401 && problem.code === "unauthenticated") unauthenticated();
  throw problem;
}

/** Seconds from a Retry-After header, either form; undefined when there is none. */
export function retryAfterOf(value: string | null, now: number = Date.now()): number | undefined {
  if (!value) return undefined;
  const seconds = /^\d+$/u.test(value.trim()) ? Number(value) : (Date.parse(value) - now) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}

/** What to tell a person about an error, whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Problem ? error.message : "Something went wrong. Try again.";
}

async function reach(input: Parameters<typeof fetch>[0], init?: RequestInit): Promise<Response> {
  try {
    return await fetch(input, init);
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    reachable.set(false);
    throw new Problem(0, "unreachable", "Tintype cannot be reached. Check that it is running and that you are online.", { cause });
  }
}

async function problemOf(response: Response): Promise<Problem> {
  const body = await bodyOf(response);
  const { code, detail, message, title, ...extra } = body;
  const text = [detail, message, title].find((part) => typeof part === "string" && part !== "");
  return new Problem(
    response.status,
    typeof code === "string" ? code : "unknown",
    typeof text === "string" ? text : `The server answered ${response.status}. Try again.`,
    { extra, retryAfter: retryAfterOf(response.headers.get("retry-after")) },
  );
}

async function bodyOf(response: Response): Promise<Record<string, unknown>> {
  try {
    const body: unknown = await response.json();
    return body !== null && typeof body === "object" ? { ...body } : {};
  } catch {
    return {};
  }
}
