import type { Decodable } from "@tintype/core/media";
import sharp from "sharp";
import { READY } from "./child-process.ts";
import { derive } from "./image-derive.ts";

/** What a parent asks of this process. */
export type DeriveRequest = { bytes: Uint8Array; format: Decodable };

// One picture at a time on one core: the pool has a child for each core. Nothing is cached between strangers' files.
sharp.concurrency(1);
sharp.cache(false);

process.on("message", (request: DeriveRequest) => {
  void derive(request.bytes, request.format).then((answer) => process.send?.(answer));
});
process.on("disconnect", () => process.exit());
process.send?.(READY);
