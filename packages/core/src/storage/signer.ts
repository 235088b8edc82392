import { createUrlSigner, type SignOptions } from "./sign.ts";
import type { Signer } from "./port.ts";

/** A URL for reading is signed as of the start of its window of 6 hours and lives for two: always at least 6 hours, always the same. */
const USUAL = { window: 6 * 3600 };

/** Signs URLs for reading on one endpoint, the one that the browser reaches. `now` gives the time of signing. */
export function createReadSigner(options: SignOptions, now: () => Date = () => new Date()): Signer["get"] {
  const sign = createUrlSigner(options);
  return ({ key, disposition, type, life = USUAL }) => {
    const seconds = Math.floor(now().getTime() / 1000);
    const start = "window" in life ? Math.floor(seconds / life.window) * life.window : seconds;
    const expiresIn = "window" in life ? 2 * life.window : life.exactly;
    const query = {
      ...(disposition !== undefined && { "response-content-disposition": disposition }),
      ...(type !== undefined && { "response-content-type": type }),
    };
    return sign({ method: "GET", key, query, expiresIn, at: new Date(start * 1000) });
  };
}
