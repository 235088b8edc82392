import type { Ports } from "@tintype/core/media";
import { giveHeapRoom } from "./heap.ts";
import { nodeHasher } from "./hash-node.ts";
import { sharpCodec } from "./image-sharp.ts";
import { exifReader } from "./metadata-exifreader.ts";
import { mediabunnyTool } from "./video-mediabunny.ts";

/** All that Node offers for reading media; processes and threads are started when first needed, and ended by `close`. */
export function mediaPorts(): Ports & { close(): void } {
  giveHeapRoom();
  const image = sharpCodec();
  const metadata = exifReader();
  return {
    image,
    metadata,
    video: mediabunnyTool(),
    hash: nodeHasher,
    close() {
      image.close();
      metadata.close();
    },
  };
}
