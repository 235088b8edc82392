import { hookToken } from "./derived-token.ts";
import type { S3Options } from "./store-s3-client.ts";
import { probeStore } from "./store-s3-probe.ts";
import { setUpStore } from "./store-s3-setup.ts";

/** What is done with the store of an installation whose pages and webhook are at `publicUrl`; see `setUpStore` and `probeStore`. */
export function storeWork(options: S3Options, publicUrl: string) {
  const hook = { url: `${publicUrl}/api/hooks/store`, token: hookToken(options.secretAccessKey) };
  return {
    setUp: (files: number) => setUpStore(options, { origin: publicUrl, hook, files }),
    probe: () => probeStore(options, { origin: publicUrl }),
  };
}
