import { AppError } from "@tintype/core/kernel";
import { type Capabilities, type Check, CHECKS, type Finding } from "@tintype/core/storage";
import { isForClock } from "./store-s3-ask.ts";
import type { S3Options } from "./store-s3-client.ts";
import { refusal, storeError } from "./store-s3-error.ts";
import { no, unknown } from "./store-s3-probe-finding.ts";
import { OWN } from "./store-s3-probe-own.ts";
import { SIGNED } from "./store-s3-probe-signed.ts";
import { beginTrial, type Examine, type Trial } from "./store-s3-probe-trial.ts";

export type ProbeInput = {
  /** Where our pages come from, for example `https://photos.example`. */
  origin: string;
  /** How long all checks together may take. */
  timeoutMs?: number;
};

const EXAMINE: Readonly<Record<Check, Examine>> = { ...SIGNED, ...OWN };
const TIMEOUT_MS = 60_000;
/** A check that meets an internal error is made again, for that can be an accident. */
const TRIES = 3;

/**
 * Finds out what a store does, by doing it, under keys of its own (`PROBE`) that are gone afterwards. A store that cannot be reached, is full,
 * fails or takes longer than `timeoutMs` throws `storage_unavailable` or `storage_full`: it never counts as a "no".
 */
export async function probeStore(options: S3Options, { origin, timeoutMs = TIMEOUT_MS }: ProbeInput): Promise<Capabilities> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    return await examine(await beginTrial(options, origin, signal));
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new AppError("storage_unavailable", `The store has not answered all checks within ${timeoutMs / 1000} s.`, { cause: error });
  }
}

async function examine(trial: Trial): Promise<Capabilities> {
  const checks: Partial<Capabilities["checks"]> = {};
  try {
    for (const name of Object.keys(EXAMINE).filter(isCheck)) checks[name] = await find(trial, EXAMINE[name]);
    const { headers } = await trial.ask(trial.signer.get({ key: trial.control.key }));
    const server = headers.get("server");
    return { checkedAt: new Date().toISOString(), ...(server !== null && { server }), checks: whole(checks) };
  } finally {
    // What cannot be removed now the next probe removes; what was found is true all the same.
    await trial.end().catch(() => undefined);
  }
}

async function find(trial: Trial, check: Examine): Promise<Finding> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await check(trial);
    } catch (error) {
      const refused = refusal(error);
      if (refused !== undefined && isForClock(403, refused)) return unknown(`The clocks differ: ${refused}.`);
      if (refused?.startsWith("403") === true) return unknown(`Our credential may not do that: ${refused}.`);
      if (refused !== undefined) return no(`The store answers ${refused}.`);
      const told = storeError(error);
      if (told.code !== "storage_unavailable" || trial.within.abortSignal.aborted) throw told;
      // Away, or is it only this that it fails at?
      await trial.ping();
      if (attempt === TRIES) return unknown(told.message);
    }
  }
}

/** Guarantee: EXAMINE has the checks and nothing else. */
function isCheck(name: string): name is Check {
  return name in CHECKS;
}

/** Guarantee: every check has been made. */
function whole(checks: Partial<Capabilities["checks"]>): Capabilities["checks"] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return checks as Capabilities["checks"];
}
