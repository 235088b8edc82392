import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { expect, it } from "vitest";
import { isSecret } from "./secret.ts";

const hash = sha256(utf8ToBytes("the token"));

it("knows a secret by its hash", () => {
  expect(isSecret("the token", hash)).toBe(true);
  for (const wrong of ["", "the toke", "the token ", "the tokem"]) expect(isSecret(wrong, hash)).toBe(false);
});

it("takes no part of a hash for the whole", () => {
  for (const part of [hash.subarray(0, 16), new Uint8Array()]) expect(isSecret("the token", part)).toBe(false);
});
