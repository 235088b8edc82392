import { bytesToHex } from "@noble/hashes/utils.js";
import { derivedKey, derivedPrefix } from "#storage";
import type { Decodable, Refusal } from "./ports.ts";
import { claimed, type Format } from "./sniff.ts";
import type { Patch, Step } from "./step.ts";

const VERSION = 1;
/** Derived keys carry the version and the bytes they were made of: what a browser has cached stays right. */
const PUT = { cacheControl: "private, max-age=31536000, immutable" };

const VARIANTS = ["thumb.webp", "preview.jpg"] as const;
const MADE_HERE = /\/(?:thumb|preview)-[^/]*$/u;
/** Made for sharing, of bytes that may be others by now; the version of those is not ours to know. */
const STRIPPED = /\/stripped-\d+-(?<hash>[0-9a-f]+)\.[^/]*$/u;

const DECODABLE: ReadonlySet<string> = new Set<Decodable>(["jpeg", "png", "webp", "gif", "tiff", "avif", "heic"]);

const WORDS: Readonly<Record<Refusal["refused"], string>> = {
  damaged: "The picture is damaged and cannot be shown.",
  too_large: "The picture has too many pixels to be shown safely.",
  slow: "The picture takes too long to decode.",
  hungry: "The picture needs too much memory to decode.",
  crashed: "The picture crashes its decoder.",
};

/**
 * Makes thumbnail and preview of a photo and puts them into the store. RAW and video are shown as typed tiles and have none, nor has a sidecar;
 * what is no photo at all gets a reason.
 */
export const derivative: Step = {
  name: "derivative",
  version: VERSION,
  async run(ctx, ports, { asset, format, bytes }) {
    if (format.kind === "raw" || format.kind === "video" || format.kind === "sidecar") return { reason: null };
    if (!isDecodable(format.name)) return { reason: unshown(format, asset.name) };
    if (!bytes) return { reason: "The file is too large to be read as a picture." };
    const made = await ports.image.derive(bytes, format.name);
    if ("refused" in made) return { reason: WORDS[made.refused] };
    await Promise.all([
      ctx.store.put(derivedKey(asset, "thumb.webp", VERSION), made.thumb, { ...PUT, type: "image/webp" }),
      ctx.store.put(derivedKey(asset, "preview.jpg", VERSION), made.preview, { ...PUT, type: "image/jpeg" }),
    ]);
    const { width, height, thumbhash, partial } = made;
    const { partial: _before, ...exif } = asset.exif;
    const derivedBytes = made.thumb.length + made.preview.length;
    const told = partial ? { ...exif, partial } : exif;
    const patch: Patch = { reason: null, width, height, thumbhash, derivedVersion: VERSION, derivedBytes, exif: told };
    return patch;
  },
  async tidy(ctx, asset) {
    const { objects } = await ctx.store.list(derivedPrefix(asset.id));
    const used = asset.derivedVersion === null ? [] : VARIANTS.map((variant) => derivedKey(asset, variant, asset.derivedVersion!));
    const isOfOthers = (key: string): boolean => {
      const hash = STRIPPED.exec(key)?.groups?.["hash"];
      return hash !== undefined && !bytesToHex(asset.sha256).startsWith(hash);
    };
    const left = objects.map(({ key }) => key).filter((key) => (MADE_HERE.test(key) && !used.includes(key)) || isOfOthers(key));
    if (left.length > 0) await ctx.store.remove(left);
  },
};

function isDecodable(name: string): name is Decodable {
  return DECODABLE.has(name);
}

/** Why something that is kept is not shown, in words for its owner. */
function unshown(format: Format, name: string): string {
  const claim = claimed(name);
  if (format.kind === "photo") return `This is ${format.label} picture. It is kept, but cannot be shown yet.`;
  if (format.name === "empty") return "The file is empty.";
  if (claim && claim.kind !== "other") return `The name says that it is ${claim.label}, but the file is ${format.label}.`;
  return `The file is ${format.label}, not a photo or video. It is kept as it is.`;
}
