import { hexToBytes } from "@noble/hashes/utils.js";
import type { Signer } from "./port.ts";
import { createUrlSigner, type SignOptions } from "./sign.ts";

/** A URL for reading is signed as of the start of its window of 6 hours and lives for two: always at least 6 hours, always the same. */
const WINDOW = 6 * 3600;

/**
 * The store's signer for one endpoint, the one that the browser reaches. `now` gives the time of signing.
 * Everything that a signed PUT pins must be sent as told; only content-length, which browsers set themselves, is not in `headers`.
 */
export function createSigner(options: SignOptions, now: () => Date = () => new Date()): Signer {
  const sign = createUrlSigner(options);
  return {
    put: async ({ key, size, type, sha256, expiresIn }) => {
      const headers = { "content-type": type, "if-none-match": "*", "x-amz-checksum-sha256": base64(sha256) };
      const pinned = { ...headers, "content-length": String(size) };
      return { method: "PUT", url: sign({ method: "PUT", key, headers: pinned, expiresIn, at: now() }), headers };
    },
    part: async ({ key, id, number, size, expiresIn }) => {
      const query = { partNumber: String(number), uploadId: id };
      const headers = { "content-length": String(size) };
      return { method: "PUT", url: sign({ method: "PUT", key, query, headers, expiresIn, at: now() }), headers: {} };
    },
    get: ({ key, disposition, type }) => {
      const window = Math.floor(now().getTime() / 1000 / WINDOW) * WINDOW;
      const request = { method: "GET", key, expiresIn: 2 * WINDOW, at: new Date(window * 1000) } as const;
      if (disposition === undefined && type === undefined) return sign(request);
      const query = {
        ...(disposition !== undefined && { "response-content-disposition": disposition }),
        ...(type !== undefined && { "response-content-type": type }),
      };
      return sign({ ...request, query });
    },
  };
}

function base64(hex: string): string {
  return btoa(String.fromCodePoint(...hexToBytes(hex)));
}
