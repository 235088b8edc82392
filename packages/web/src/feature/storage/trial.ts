import { api, type Trial } from "../../lib/api.ts";
import { wayProved, ways } from "../../lib/way.ts";

type Way = Trial["way"];

/** What came of a trial: at which step it failed, and with which status; 0 = the browser got no answer that it may read. */
export type Outcome = { way: Way; failed: { step: "put" | "get" | "range"; status: number } | undefined };

const COOKIE = "tintype.store";
const DAY_S = 86_400;
/** A store that is not there answers nothing at all, and the browser would wait for minutes. */
const STEP_MS = 8_000;

/** The first way that leads to the store: by itself, else through our own origin. `only`: there is no other; `none`: neither leads there. */
export async function findWay(): Promise<Way | "only" | "none"> {
  const { body, trials } = await api.storageCheck();
  if (trials.length === 0) return "only";
  for (const trial of trials) if ((await makeTrial(trial, body)).failed === undefined) return trial.way;
  return "none";
}

/** What comes of each way, tried at the same time; empty where there is only one. */
export async function tryWays(): Promise<Outcome[]> {
  const { body, trials } = await api.storageCheck();
  return Promise.all(trials.map((trial) => makeTrial(trial, body)));
}

/** Writes the body, reads it back whole and as a range, and compares. Never throws. */
export async function makeTrial({ way, put, get }: Trial, body: string): Promise<Outcome> {
  const steps = [
    ["put", put.url, { method: put.method, headers: put.headers, body }, async ({ ok }: Response) => ok],
    ["get", get, {}, async (answer: Response) => answer.ok && (await answer.text()) === body],
    [
      "range",
      get,
      { headers: { range: "bytes=0-0" } },
      async (answer: Response) => answer.status === 206 && (await answer.text()) === body,
    ],
  ] as const;
  for (const [step, url, init, isGood] of steps) {
    const status = await attempt(url, init, isGood);
    if (status !== "good") return { way, failed: { step, status } };
  }
  return { way, failed: undefined };
}

async function attempt(url: string, init: RequestInit, isGood: (answer: Response) => Promise<boolean>): Promise<"good" | number> {
  try {
    const answer = await fetch(url, { ...init, cache: "no-store", credentials: "omit", signal: AbortSignal.timeout(STEP_MS) });
    return (await isGood(answer)) ? "good" : answer.status;
  } catch {
    return 0;
  }
}

/** Goes on by a way that leads to the store; has everything signed anew where that is another than before. */
export function takeWay(found: Way): void {
  const before = keptWay();
  keepWay(found);
  wayProved();
  if (before !== found) ways.set(ways.get() + 1);
}

/** The way that the server is told of at present. */
function keptWay(): Way {
  return document.cookie.split("; ").includes(`${COOKIE}=same-origin`) ? "same-origin" : "direct";
}

/** Tells the server with each request, for a day, by which way this browser reaches the store. */
function keepWay(way: Way): void {
  const value = way === "same-origin" ? `same-origin; max-age=${DAY_S}` : "; max-age=0";
  // oxlint-disable-next-line unicorn/no-document-cookie -- the Cookie Store API is not there on plain http
  document.cookie = `${COOKIE}=${value}; path=/; samesite=strict${location.protocol === "https:" ? "; secure" : ""}`;
}
