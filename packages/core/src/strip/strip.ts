import type { Format } from "#media";
import { stripGif } from "./gif.ts";
import { stripJpeg } from "./jpeg.ts";
import { stripPng } from "./png.ts";
import { stripWebp } from "./webp.ts";

export { applyEdits, type Edits } from "./bytes.ts";
export { videoEdits } from "./video.ts";

type Name = Format["name"];

const PICTURES: Partial<Record<Name, (bytes: Uint8Array) => Uint8Array | undefined>> = {
  jpeg: stripJpeg,
  png: stripPng,
  webp: stripWebp,
  gif: stripGif,
};

/** The formats of video of which `videoEdits` knows how they are built. */
export const EDITABLE: ReadonlySet<Name> = new Set(["mp4", "mov", "3gp"]);

/**
 * A picture without anything that tells of it: pixels, colours and orientation stay as they are, bit by bit. Undefined for formats of which that
 * cannot be said, and for files that are not whole.
 */
export function stripPicture(bytes: Uint8Array, format: Name): Uint8Array | undefined {
  return PICTURES[format]?.(bytes);
}
