import { createSigner, type Signer } from "@tintype/core/storage";
import type { S3Options } from "./store-s3-client.ts";

/** Origins remembered; a laptop has a handful of names, and who invents more only makes us forget them. */
const REMEMBERED = 16;

/** Gives the signer for an endpoint, the one that the browser reaches. */
export function createSigners(options: S3Options): (endpoint: string) => Signer {
  const known = new Map<string, Signer>();
  return (endpoint) => {
    const signer = known.get(endpoint) ?? createSigner({ pathStyle: true, ...options, endpoint }, options.now);
    known.delete(endpoint);
    known.set(endpoint, signer);
    for (const oldest of known.keys()) {
      if (known.size <= REMEMBERED) break;
      known.delete(oldest);
    }
    return signer;
  };
}
