import { createHash } from "node:crypto";
import type { Hasher } from "@tintype/core/media";

/** The Hasher port on OpenSSL, which uses the processor's SHA instructions. */
export const nodeHasher: Hasher = {
  start({ md5: isAsked } = { md5: false }) {
    const [sha256, sha1] = [createHash("sha256"), createHash("sha1")];
    const md5 = isAsked ? createHash("md5") : undefined;
    return {
      update(chunk) {
        sha256.update(chunk);
        sha1.update(chunk);
        md5?.update(chunk);
      },
      digest: () => ({
        sha256: new Uint8Array(sha256.digest()),
        sha1: new Uint8Array(sha1.digest()),
        ...(md5 && { md5: new Uint8Array(md5.digest()) }),
      }),
    };
  },
};
