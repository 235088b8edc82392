import { createHash } from "node:crypto";
import type { Check } from "@tintype/core/storage";
import { admits, type Answer, describe, listedIn, preflight } from "./store-s3-ask.ts";
import { no, unknown, yes } from "./store-s3-probe-finding.ts";
import type { Examine, Trial } from "./store-s3-probe-trial.ts";

/** Two bodies of one length, and a longer one. */
const BODY = Buffer.from("the bytes that were announced");
const OTHER = Buffer.from("the bytes that were forgotten");
const LONGER = Buffer.from("the bytes that were announced, and more");

/** Checks with signed requests, as browsers send them. */
export const SIGNED = {
  put: async (trial) => {
    const answer = await send(trial, await sign(trial, trial.key(), BODY), BODY);
    return answer.status === 200 ? yes("It is taken.") : no(`It is refused: ${describe(answer)}.`);
  },
  get: async ({ ask, signer, control }) => {
    const answer = await ask(signer.get({ key: control.key }));
    if (answer.status !== 200) return no(`It is refused: ${describe(answer)}.`);
    return answer.body.equals(control.body) ? yes("The bytes come back as they were put.") : no("Other bytes come back than were put.");
  },
  range: async ({ ask, signer, control }) => {
    const answer = await ask(signer.get({ key: control.key }), { headers: { range: "bytes=1-3" } });
    if (answer.status === 206 && answer.body.equals(control.body.subarray(1, 4))) return yes("The asked bytes come, and no others.");
    return no(`It is answered ${describe(answer)} with ${answer.body.length} bytes instead of 3.`);
  },
  ifNoneMatch: async (trial) => {
    const key = trial.key();
    const first = await send(trial, await sign(trial, key, BODY), BODY);
    if (first.status !== 200) return unknown(`A signed PUT is refused anyway: ${describe(first)}.`);
    const request = await sign(trial, key, OTHER);
    const answers = [await send(trial, without("if-none-match", request), OTHER), await send(trial, request, OTHER)];
    if ((await trial.read(key))?.equals(BODY) !== true) return no("A second PUT to the same key overwrites the first one.");
    const words = answers.map(describe).join(" without If-None-Match, and with it ");
    return answers.every(isRefused) ? yes(`A second PUT is refused: ${words}.`) : unknown(`It changed nothing, but was answered ${words}.`);
  },
  sha256: async (trial) => {
    const key = trial.key();
    const request = await sign(trial, key, BODY);
    const answers = [await send(trial, without("x-amz-checksum-sha256", request), OTHER), await send(trial, request, OTHER)];
    if (!answers.every(isRefused)) return no("Bytes of another sha256 than the signed one are taken.");
    return afterRefusal(trial, key, answers, { request, body: BODY });
  },
  length: async (trial) => {
    const key = trial.key();
    // Signed with the sha256 of what is sent, so that nothing but the length is wrong.
    const answer = await send(trial, await sign(trial, key, LONGER, BODY.length), LONGER);
    if (!isRefused(answer)) return no("A body of another length than the signed one is taken.");
    return afterRefusal(trial, key, [answer], { request: await sign(trial, key, LONGER), body: LONGER });
  },
  cors: async (trial) => {
    const { ask, signer, control, origin, publicEndpoint } = trial;
    if (publicEndpoint === undefined) return unknown("The endpoint that browsers use cannot be reached from here.");
    if (new URL(publicEndpoint).origin === origin) return yes("The store has the same origin as our pages.");
    const { url, headers } = await sign(trial, trial.key(), BODY);
    const { answer, isAllowed } = await preflight(url, origin, Object.keys(headers), trial.within.abortSignal);
    if (!isAllowed) return no(`Pages of ${origin} may not write there; their preflight is answered ${describe(answer)}.`);
    const read = await ask(signer.get({ key: control.key }), { headers: { origin } });
    const isReadable = admits(read, origin) && listedIn(read, "expose-headers").includes("etag");
    return isReadable ? yes(`Pages of ${origin} may read and write there.`) : no(`Pages of ${origin} may not read there, ETags included.`);
  },
} satisfies Partial<Record<Check, Examine>>;

type SignedPut = { url: string; headers: Record<string, string> };

async function sign({ signer }: Trial, key: string, body: Buffer, size = body.length): Promise<SignedPut> {
  return signer.put({ key, size, type: "image/jpeg", sha256: createHash("sha256").update(body).digest("hex"), expiresIn: 300 });
}

function without(name: string, { url, headers }: SignedPut): SignedPut {
  return { url, headers: Object.fromEntries(Object.entries(headers).filter(([other]) => other !== name)) };
}

async function send({ ask }: Trial, { url, headers }: SignedPut, body: Buffer): Promise<Answer> {
  return ask(url, { method: "PUT", headers, body: new Uint8Array(body) });
}

function isRefused({ status }: Answer): boolean {
  return status >= 400;
}

/** A refusal counts when nothing was kept, and when it was for what was wrong: the right request must be taken. */
async function afterRefusal(trial: Trial, key: string, refusals: readonly Answer[], right: { request: SignedPut; body: Buffer }) {
  if ((await trial.read(key)) !== undefined) return no("It is refused, and yet the object is there.");
  const control = await send(trial, right.request, right.body);
  if (control.status !== 200) return unknown(`The right PUT is refused as well: ${describe(control)}.`);
  return yes(`It is refused: ${describe(refusals.at(-1) ?? control)}.`);
}
