import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";

const SECRET_BYTES = 32;

/** A secret of 256 random bits, in base64url for a link, with the SHA-256 that is kept of it. */
export function newSecret(): { token: string; sha256: Uint8Array } {
  const random = crypto.getRandomValues(new Uint8Array(SECRET_BYTES));
  const token = btoa(String.fromCodePoint(...random))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
  return { token, sha256: sha256Of(token) };
}

/** The SHA-256 of a text. */
export function sha256Of(text: string): Uint8Array {
  return sha256(utf8ToBytes(text));
}

/** Whether `given` is the text with this SHA-256, in a time that does not tell how much of it is right. */
export function isSecret(given: string, expectedSha256: Uint8Array): boolean {
  const found = sha256Of(given);
  if (found.length !== expectedSha256.length) return false;
  return found.reduce((difference, byte, i) => difference | (byte ^ expectedSha256[i]!), 0) === 0;
}
