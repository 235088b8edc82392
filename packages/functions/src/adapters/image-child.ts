import type { Decodable } from "@tintype/core/media";
import sharp from "sharp";
import { serveFrames } from "./child-frame.ts";
import { derive, plain } from "./image-derive.ts";

/**
 * What a parent asks, with the photo's bytes as the one part; the answer is a refusal, or facts with thumbnail, preview and thumbhash as parts, or
 * with `plain` one JPEG.
 */
export type DeriveRequest = { format: Decodable; plain: boolean };

// One picture at a time on one core: the pool has a child for each core. Nothing is cached between strangers' files.
sharp.concurrency(1);
sharp.cache(false);

serveFrames(async ({ head, parts }) => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- sharpCodec asks nothing else
  const { format, plain: isPlain } = head as DeriveRequest;
  const bytes = parts[0] ?? new Uint8Array();
  if (isPlain) {
    const copy = await plain(bytes, format);
    return "refused" in copy ? { head: copy, parts: [] } : { head: {}, parts: [copy.jpeg] };
  }
  const made = await derive(bytes, format);
  if ("refused" in made) return { head: made, parts: [] };
  const { thumb, preview, thumbhash, ...facts } = made;
  return { head: facts, parts: [thumb, preview, thumbhash] };
});
