import type { Decodable } from "@tintype/core/media";
import sharp from "sharp";
import { serveFrames } from "./child-frame.ts";
import { derive } from "./image-derive.ts";

/** What a parent asks, with the photo's bytes as the one part; the answer is a refusal, or facts with thumbnail, preview and thumbhash as parts. */
export type DeriveRequest = { format: Decodable };

// One picture at a time on one core: the pool has a child for each core. Nothing is cached between strangers' files.
sharp.concurrency(1);
sharp.cache(false);

serveFrames(async ({ head, parts }) => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- sharpCodec asks nothing else
  const { format } = head as DeriveRequest;
  const made = await derive(parts[0] ?? new Uint8Array(), format);
  if ("refused" in made) return { head: made, parts: [] };
  const { thumb, preview, thumbhash, ...facts } = made;
  return { head: facts, parts: [thumb, preview, thumbhash] };
});
