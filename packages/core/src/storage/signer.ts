import { hexToBytes } from "@noble/hashes/utils.js";
import { createUrlSigner, type SignOptions } from "./sign.ts";
import type { Signer } from "./port.ts";

/** A URL for reading is signed as of the start of its window of 6 hours and lives for two: always at least 6 hours, always the same. */
const USUAL = { window: 6 * 3600 };

/**
 * Signs requests to one endpoint, the one that the browser reaches. `now` gives the time of signing. Everything that a signed PUT pins must be sent
 * as told; only content-length, which browsers set themselves, is not in `headers`.
 */
export function createSigner(options: SignOptions, now: () => Date = () => new Date()): Signer {
  const sign = createUrlSigner(options);
  return {
    put: async ({ key, size, type, sha256, expiresIn }) => {
      const once = sha256 === undefined ? {} : { "if-none-match": "*", "x-amz-checksum-sha256": base64Of(sha256) };
      const headers = { "content-type": type, ...once };
      const url = sign({ method: "PUT", key, headers: { ...headers, "content-length": String(size) }, expiresIn, at: now() });
      return { method: "PUT", url, headers };
    },
    part: async ({ key, id, number, size, expiresIn }) => {
      const query = { partNumber: String(number), uploadId: id };
      const url = sign({ method: "PUT", key, query, headers: { "content-length": String(size) }, expiresIn, at: now() });
      return { method: "PUT", url, headers: {} };
    },
    get: ({ key, disposition, type, life = USUAL }) => {
      const seconds = Math.floor(now().getTime() / 1000);
      const start = "window" in life ? Math.floor(seconds / life.window) * life.window : seconds;
      const expiresIn = "window" in life ? 2 * life.window : life.exactly;
      const query = {
        ...(disposition !== undefined && { "response-content-disposition": disposition }),
        ...(type !== undefined && { "response-content-type": type }),
      };
      return sign({ method: "GET", key, query, expiresIn, at: new Date(start * 1000) });
    },
  };
}

/** Of bytes in hex. */
function base64Of(hex: string): string {
  return btoa(String.fromCodePoint(...hexToBytes(hex)));
}
