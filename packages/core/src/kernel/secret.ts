import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";

/** Whether `given` is the text with this SHA-256, in a time that does not tell how much of it is right. */
export function isSecret(given: string, expectedSha256: Uint8Array): boolean {
  const found = sha256(utf8ToBytes(given));
  if (found.length !== expectedSha256.length) return false;
  return found.reduce((difference, byte, i) => difference | (byte ^ expectedSha256[i]!), 0) === 0;
}
