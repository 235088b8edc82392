import * as Upload from "#upload";

/** One PUT of this size is taken by every store. */
const GUEST_BYTES = 2 * 1024 ** 3;
const TOO_LARGE = "This file is larger than 2 GB, the most that goes through a link. Send a smaller copy of it.";
const PHOTO_OR_VIDEO =
  /\.(?:jpe?g|png|webp|gif|tiff?|avif|hei[cf]|jxl|bmp|dng|cr[23]|nef|arw|pef|orf|rw2|raf|x3f|mp4|m4v|mov|3gp|webm|mkv|avi|mpe?g|m2?ts|wmv)$/iu;
/** A browser that does not know a format says nothing of it. */
const TYPES = /^(?:$|application\/octet-stream$|image\/(?!svg)|video\/)/u;

/** What a guest is told of what is neither, once more at the end of the reason when its bytes alone tell it. */
export const NO_PICTURE = "Only photos and videos can be sent. Choose another file.";

/** Why a guest's file is not taken, in words for them; undefined when it is, as far as its name and its type tell. */
export function refusal(file: Upload.NewFile): { code: string; detail: string } | undefined {
  const refused = Upload.refusal(file);
  if (refused) return refused;
  if (file.size > GUEST_BYTES) return { code: "too_large", detail: TOO_LARGE };
  if (PHOTO_OR_VIDEO.test(file.name) && TYPES.test(file.type.toLowerCase())) return undefined;
  return { code: "not_a_photo", detail: NO_PICTURE };
}

/** How long a presigned request of a guest's works. */
export const URL_SECONDS = 600;

/**
 * How long an upload of this many bytes may be on its way after it was asked for last: its request may be begun until some minutes before, and a slow
 * line takes its time.
 */
export function lifeMs(bytes: number): number {
  return (URL_SECONDS + GRACE_SECONDS + bytes / SLOWEST) * 1000;
}

const GRACE_SECONDS = 300;
/** Bytes in a second. */
const SLOWEST = 128 * 1024;
