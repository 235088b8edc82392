import { bytesToHex } from "@noble/hashes/utils.js";
import { toBytes } from "@tintype/core/kernel";
import type { Photo } from "./world.ts";

/** Everything in which a body could tell of something: text as it is and in an address, bytes as they are, in hex and in both base64. */
export type Canary = { what: string; forms: readonly Buffer[] };

/** The tell-tales of a photo: its id, name, key and hash. */
export function canariesOf({ id, name, key, sha256 }: Photo): Canary[] {
  return [
    { what: `the id of ${name}`, forms: [...textForms(id), ...byteForms(toBytes(id))] },
    { what: `the name ${name}`, forms: textForms(name) },
    { what: `the key of ${name}`, forms: textForms(key) },
    { what: `the hash of ${name}`, forms: byteForms(sha256) },
  ];
}

/** The tell-tale of a text. */
export function canaryOf(what: string, text: string): Canary {
  return { what, forms: textForms(text) };
}

/** What of these is told by a body or its headers. */
export async function toldIn(response: Response, canaries: readonly Canary[]): Promise<string[]> {
  const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
  const body = Buffer.concat([Buffer.from(headers), Buffer.from(await response.clone().arrayBuffer())]);
  return canaries.filter(({ forms }) => forms.some((form) => body.includes(form))).map(({ what }) => what);
}

function textForms(text: string): Buffer[] {
  const forms = [text, encodeURIComponent(text), encodeURI(text), JSON.stringify(text).slice(1, -1)];
  return [...new Set(forms)].map((form) => Buffer.from(form));
}

function byteForms(bytes: Uint8Array): Buffer[] {
  const all = Buffer.from(bytes);
  // The last characters of base64 depend on what follows.
  const encoded = [all.toString("base64"), all.toString("base64url")].map((text) => text.slice(0, Math.floor(bytes.length / 3) * 4));
  return [all, ...[bytesToHex(bytes), ...encoded].map((text) => Buffer.from(text))];
}
