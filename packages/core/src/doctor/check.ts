import {
  type BrowserTrial,
  isBeyondUs,
  isGood,
  type Look,
  type Observations,
  type Reply,
  SKEW_MS,
  trialWords,
  words,
} from "./observation.ts";

/** One thing that was tried. `unknown` where it could not be, or is none of ours. */
export type Check = { name: string; state: "ok" | "failed" | "unknown"; detail: string };

/** Each thing that was tried and what came of it, in the order of the way from Tintype to the store and on to the browser. */
export function checksOf(seen: Observations): Check[] {
  const { settings, database, store, browser } = seen;
  const isSame = settings.endpoint === settings.publicEndpoint;
  return [
    database.failure ? failed("Database", database.failure.detail) : ok("Database", "It answers."),
    ...lookChecks("Store", store),
    ...(isSame ? [] : publicChecks(seen)),
    asked("Pages are let in (CORS)", seen.public.preflight, ({ code }) => code === ""),
    asked("Large files to the store", seen.public.large, ({ status }) => status !== 413),
    asked("Large files through Tintype", seen.throughUs, ({ status }) => status !== 413),
    clocks(seen),
    hookCheck(seen),
    ...(browser
      ? [
          browserCheck("This browser, straight at the store", browser.direct),
          browserCheck("This browser, through Tintype", browser.sameOrigin),
        ]
      : []),
  ];
}

function publicChecks(seen: Observations): Check[] {
  const name = "Store at its public address";
  const { endpoint, list } = seen.public;
  return isBeyondUs(seen) ? [unknown(name, `${endpoint} is not reached by Tintype itself: ${words(list)}`)] : lookChecks(name, seen.public);
}

function lookChecks(name: string, { endpoint, list, put, get, range, own }: Look): Check[] {
  if (!isGood(list)) return [failed(name, `${endpoint}: ${words(list)}`)];
  const writing = [put, get, range, own].find((reply) => reply !== undefined && !isGood(reply));
  const bytes = put === undefined ? unknown(`${name}: one byte there and back`, "It was not tried.") : undefined;
  return [
    ok(name, endpoint),
    bytes ??
      (writing
        ? failed(`${name}: one byte there and back`, words(writing))
        : ok(`${name}: one byte there and back`, "Written, read, read in part, and removed.")),
  ];
}

function asked(name: string, reply: Reply | undefined, isRight: (answer: { status: number; code: string }) => boolean): Check {
  if (reply === undefined) return unknown(name, "It could not be tried.");
  if ("why" in reply) return unknown(name, reply.detail);
  return isRight(reply) ? ok(name, "Yes.") : failed(name, words(reply));
}

function clocks({ store: { skewMs }, database, browser }: Observations): Check {
  const all = { store: skewMs, database: database.skewMs, browser: browser?.skewMs };
  const known = Object.entries(all).flatMap(([name, ms]) => (ms === undefined ? [] : [{ name, ms }]));
  if (known.length === 0) return unknown("Clocks", "Nobody told theirs.");
  const detail = known.map(({ name, ms }) => `${name} ${Math.round(ms / 1000) || 0} s`).join(", ");
  return known.some(({ name, ms }) => name !== "browser" && Math.abs(ms) > SKEW_MS) ? failed("Clocks", detail) : ok("Clocks", detail);
}

function hookCheck({ hook: { target, isTold }, store: { list }, database }: Observations): Check {
  const name = "The store tells of new objects";
  if (!isGood(list) || database.failure) return unknown(name, "It could not be tried.");
  if (target === undefined) return unknown(name, "The bucket tells nobody; the sweep finds what is new.");
  if (isTold === undefined) return unknown(name, `The bucket is set to tell ${target}; whether it does could not be tried.`);
  return isTold ? ok(name, "A message came.") : failed(name, "No message came of what was just written.");
}

function browserCheck(name: string, trial: BrowserTrial | undefined): Check {
  if (trial === undefined) return unknown(name, "It could not be tried.");
  const { failed: at } = trial;
  return at ? failed(name, trialWords(at)) : ok(name, "One byte went there and back.");
}

function ok(name: string, detail: string): Check {
  return { name, state: "ok", detail };
}

function failed(name: string, detail: string): Check {
  return { name, state: "failed", detail };
}

function unknown(name: string, detail: string): Check {
  return { name, state: "unknown", detail };
}
