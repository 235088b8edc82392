import { Exifr } from "exifr/dist/full.esm.mjs";
import { cameraClock } from "./clock.ts";
import { type Dimensions, dimensionsOf } from "./dimensions.ts";
import { isTurned, unpadded, uprightTransform } from "./orientation.ts";
import type { Peek } from "./task.ts";

/** `{file}` in, a `Peek` out. May hang on hostile files (exifr loops for ever on one): whoever asks sets a time limit. */
addEventListener("message", (event: MessageEvent<{ file: File }>) => {
  void peek(event.data.file).then((answer) => postMessage(answer));
});

const HEAD = 256 * 1024;
/** Height of a preview: a row of the timeline. */
const HEIGHT = 240;
/** A larger picture would take seconds and hundreds of megabytes to decode here. */
const MAX_PIXELS = 50_000_000;

const OPTIONS = {
  pick: ["DateTimeOriginal", "CreateDate", "Orientation", "ExifImageWidth", "ExifImageHeight", "ImageWidth", "ImageHeight"],
  ifd1: true,
  translateValues: false,
  // Reviving would read the wall clock in this browser's zone.
  reviveValues: false,
};

type Seen = { takenAt?: string; orientation: number; size?: Dimensions; thumbnail?: Uint8Array<ArrayBuffer> };

async function peek(file: File): Promise<Peek> {
  const head = await quiet(file.slice(0, HEAD).arrayBuffer());
  const exact = head && dimensionsOf(new Uint8Array(head));
  const seen = (await quiet(read(file))) ?? { orientation: 1 };
  const size = exact ?? seen.size;
  const drawn = await quiet(draw(file, exact, seen, size));
  const answer: Peek = {};
  if (seen.takenAt) answer.takenAt = seen.takenAt;
  if (size) answer.ratio = isTurned(seen.orientation) ? size.height / size.width : size.width / size.height;
  if (drawn) Object.assign(answer, { preview: drawn.blob, ratio: answer.ratio ?? drawn.ratio });
  return answer;
}

async function read(file: File): Promise<Seen> {
  const exif = new Exifr(OPTIONS);
  await exif.read(file);
  const tags = (await exif.parse()) ?? {};
  const thumbnail = await quiet(exif.extractThumbnail());
  const takenAt = cameraClock(tags["DateTimeOriginal"]) ?? cameraClock(tags["CreateDate"]);
  const width = Number(tags["ExifImageWidth"] ?? tags["ImageWidth"]);
  const height = Number(tags["ExifImageHeight"] ?? tags["ImageHeight"]);
  return {
    orientation: typeof tags["Orientation"] === "number" ? tags["Orientation"] : 1,
    ...(takenAt ? { takenAt } : {}),
    ...(width > 0 && height > 0 ? { size: { width, height } } : {}),
    ...(thumbnail && thumbnail.length > 0 ? { thumbnail } : {}),
  };
}

/** The embedded thumbnail, turned upright; where there is none, the picture itself, if the browser can decode it within reason. */
async function draw(file: File, exact: Dimensions | undefined, seen: Seen, size: Dimensions | undefined): Promise<Drawn | undefined> {
  const embedded = seen.thumbnail && (await quiet(createImageBitmap(new Blob([seen.thumbnail], { type: "image/jpeg" }))));
  if (embedded) return render(embedded, seen.orientation, size && size.width / size.height);
  if (!exact || exact.width * exact.height > MAX_PIXELS) return undefined;
  // The browser applies the file's orientation itself; resizing by one side keeps the ratio.
  return render(await createImageBitmap(file, { resizeHeight: HEIGHT, resizeQuality: "medium" }), 1);
}

type Drawn = { blob: Blob; ratio: number };

async function render(bitmap: ImageBitmap, orientation: number, ratio = bitmap.width / bitmap.height): Promise<Drawn> {
  const cut = unpadded(bitmap.width, bitmap.height, ratio);
  const scale = Math.min(1, HEIGHT / cut.height);
  const width = Math.max(1, Math.round(cut.width * scale));
  const height = Math.max(1, Math.round(cut.height * scale));
  const turned = isTurned(orientation);
  const canvas = new OffscreenCanvas(turned ? height : width, turned ? width : height);
  const context = canvas.getContext("2d");
  if (!context) throw new Error("no canvas");
  context.setTransform(...uprightTransform(orientation, width, height));
  context.drawImage(bitmap, cut.x, cut.y, cut.width, cut.height, 0, 0, width, height);
  bitmap.close();
  return { blob: await canvas.convertToBlob({ type: "image/jpeg", quality: 0.75 }), ratio: canvas.width / canvas.height };
}

/** Undefined in place of an exception: a peek is a courtesy, the server reads every file properly. */
async function quiet<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch {
    return undefined;
  }
}
