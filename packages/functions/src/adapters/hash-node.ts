import { createHash } from "node:crypto";
import type { Hasher } from "@tintype/core/media";

/** The Hasher port on OpenSSL, which uses the processor's SHA instructions. */
export const nodeHasher: Hasher = {
  start() {
    const [sha256, sha1] = [createHash("sha256"), createHash("sha1")];
    return {
      update(chunk) {
        sha256.update(chunk);
        sha1.update(chunk);
      },
      digest: () => ({ sha256: new Uint8Array(sha256.digest()), sha1: new Uint8Array(sha1.digest()) }),
    };
  },
};
