/** Signatures are refused from 15 minutes on; a homelab with synchronised clocks is far below a minute. */
export const SKEW_MS = 60_000;

/** Why nothing was answered: the name leads nowhere, nobody listens, no word in time, the certificate is not trusted, the line broke. */
export type Silence = "name" | "refused" | "silent" | "certificate" | "broken";

/**
 * What came of one request. `code` is the store's own error code, or a word of ours for what it did otherwise than asked: `OtherBytes`,
 * `WholeBody`, `NotAllowed` (CORS), `NotS3`, `ClockSkew`; empty when all was right.
 */
export type Reply = { status: number; code: string } | { why: Silence; detail: string };

/** What one endpoint of the store did when our server asked it as a browser does. What could not be asked for is absent. */
export type Look = {
  endpoint: string;
  /** A signed listing of the bucket. */
  list: Reply;
  /** One byte, signed: written, read back, and the range of it. */
  put?: Reply;
  get?: Reply;
  range?: Reply;
  /** The byte that was written at the public endpoint, read at S3_ENDPOINT. */
  own?: Reply;
  /** The question of a page of ours whether it may write there. */
  preflight?: Reply;
  /** A body of 64 MiB, announced and not sent. */
  large?: Reply;
  /** Milliseconds by which its clock is ahead of ours, by the Date header, which may be a proxy's. */
  skewMs?: number;
  /** After a signature was refused: the host name, or the path, for which the same signature was accepted. */
  acceptedFor?: { host: string } | { path: string };
};

/** What came of the browser's trial of one way: at which step it failed; status 0 = it got no answer that a page may read. */
export type BrowserTrial = { failed?: { step: "put" | "get" | "range"; status: number } | undefined };

/** Everything that was seen, of which `diagnose` finds the causes. Times are milliseconds since the epoch. */
export type Observations = {
  settings: { publicUrl: string; endpoint: string; publicEndpoint: string; bucket: string };
  database: { failure?: { why: Silence | "denied"; detail: string }; skewMs?: number };
  store: Look;
  /** The endpoint that browsers use; the same as `store` where that is the same. */
  public: Look;
  /** 64 MiB announced to Tintype's own address, as it is when browsers reach the store through it. */
  throughUs?: Reply;
  /** `target` is whom the bucket tells of changes; `refusedAt` when a message came last with another token than ours. */
  hook: { target?: string; isTold?: boolean; seenAt?: number; refusedAt?: number };
  /** `origin` is that of the page; a way could not be tried where our server itself does not reach the store. */
  browser?: { origin: string; direct?: BrowserTrial | undefined; sameOrigin?: BrowserTrial | undefined; skewMs: number };
};

/** What a person reads of a reply. */
export function words(reply: Reply): string {
  if ("why" in reply) return reply.detail;
  return reply.code === "" ? String(reply.status) : `${reply.status} ${reply.code}`;
}

const STEPS = { put: "writing", get: "reading", range: "reading a range" } as const;

/** The same of a trial that failed. */
export function trialWords({ step, status }: NonNullable<BrowserTrial["failed"]>): string {
  return `${STEPS[step]}: ${status || "no answer"}`;
}

/** Whether it was as it should be. */
export function isGood(reply: Reply | undefined): boolean {
  return reply !== undefined && "status" in reply && reply.code === "" && reply.status < 300;
}

/** The error code of an answer; empty for none. */
export function codeOf(reply: Reply | undefined): string {
  return reply !== undefined && "status" in reply ? reply.code : "";
}

/** Whether browsers are sent to a `localhost` that is another machine for Tintype: it runs in a container. */
export function isHidden({ settings, public: { list } }: Observations): boolean {
  return "why" in list && isLocal(new URL(settings.publicEndpoint).hostname) && !isLocal(new URL(settings.endpoint).hostname);
}

/** Whether it says nothing of the public endpoint that Tintype gets no answer there: the browser does, or no browser was asked where it is hidden. */
export function isBeyondUs(seen: Observations): boolean {
  const direct = seen.browser?.direct;
  return "why" in seen.public.list && (direct ? direct.failed === undefined : isHidden(seen));
}

/** Whether a host name is that of the machine which asks. */
export function isLocal(hostname: string): boolean {
  return hostname === "localhost" || hostname.endsWith(".localhost") || hostname === "[::1]" || hostname.startsWith("127.");
}
