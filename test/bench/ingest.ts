import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import * as Asset from "@tintype/core/asset";
import sharp, { type Sharp } from "sharp";
import { rgbaToThumbHash } from "thumbhash";
import { giveHeapRoom } from "../../packages/functions/src/adapters/heap.ts";
import { derive } from "../../packages/functions/src/adapters/image-derive.ts";
import { ingestKind } from "../../packages/functions/src/jobs/ingest.ts";
import { refreshTimeline } from "../../packages/functions/src/jobs/timeline.ts";
import { startWorker } from "../../packages/functions/src/jobs/worker.ts";
import { corpus } from "../support/corpus.ts";
import { type Library, openLibrary } from "../support/library.ts";
import type { Report } from "./report.ts";

export const name = "ingest";

export const WIDE = ["01", "02", "04", "05"].map((number) => `wide-gamut/Ultra_HDR_Samples_Originals_${number}.jpg`);
const CAMERA = [
  "camera/aarhus.jpg",
  "camera/hochuferweg.jpg",
  "camera/outofbounds-issue-34.jpg",
  "camera/undefined-exif-tag.jpg",
  "phones/IMG_20180725_163423.jpg",
  "phones/canon-dslr.jpg",
];
const ROUNDS = 3;
const AT_ONCE = 2;
const WARM_UP = 4;

/** Photos a second, whole ingest against what plain sharp does: the same outputs, and those of Immich's default settings. */
export async function run(report: Report): Promise<void> {
  giveHeapRoom();
  const library = await openLibrary({ memory: false });
  try {
    for (const [what, files] of [
      ["wide-gamut photos", WIDE],
      ["camera and phone photos", CAMERA],
    ] as const) {
      const photos = await Promise.all(files.map((file) => readFile(corpus(file))));
      const all = Array.from({ length: ROUNDS }, () => photos).flat();
      const common = { amount: all.length, unit: "photos", runs: 5 };
      // An import takes hours: what counts is the time after the first minute, when everything is compiled.
      for (let round = 0; round < WARM_UP; round++) await ingestAll(library, all);
      await report.contest({
        ...common,
        what: `${what}, the same outputs`,
        variants: { Tintype: () => ingestAll(library, all), "bare sharp": () => each(all, sameOutputs) },
        goal: { atLeast: 0.85 },
      });
      await report.contest({
        ...common,
        what: `${what}, other outputs`,
        variants: { Tintype: () => ingestAll(library, all), "sharp as Immich sets it": () => each(all, asImmich) },
        goal: { atLeast: 1.5 },
      });
      await report.contest({
        ...common,
        what: `${what}, what the store, the database and the processes cost`,
        variants: { Tintype: () => ingestAll(library, all), "our derivatives alone": () => each(all, (photo) => derive(photo, "jpeg")) },
      });
    }
  } finally {
    await library.close();
  }
}

/** Puts the photos into the store, each made new by some bytes behind its end; gives the seconds from the first hint to the last commit. */
export async function ingestAll({ system, ports, owner, lines }: Omit<Library, "folder">, photos: readonly Buffer[]): Promise<number> {
  const batch = randomBytes(6).toString("hex");
  const keys = photos.map((_, i) => `library/${owner.handle}/${batch}/${i}.jpg`);
  for (const [i, key] of keys.entries()) {
    await system.store.put(key, Buffer.concat([photos[i]!, randomBytes(16)]), { type: "image/jpeg" });
  }
  lines.length = 0;
  const start = performance.now();
  await system.queue.enqueue(keys.map(Asset.ingestJob));
  const worker = startWorker(system, { kinds: { ingest: ingestKind(ports), timeline: { run: refreshTimeline, concurrency: 1 } } });
  const isReady = (): boolean => lines.filter(({ event, kind }) => event === "ingested" && kind === "ready").length === keys.length;
  while (!isReady()) await new Promise((resolve) => setTimeout(resolve, 10));
  const seconds = (performance.now() - start) / 1000;
  await worker.stop();
  return seconds;
}

/** Works on all photos, as many at once as the machine has cores. */
async function each(photos: readonly Buffer[], work: (photo: Buffer) => Promise<unknown>): Promise<void> {
  sharp.cache(false);
  const left = [...photos];
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let photo = left.pop(); photo; photo = left.pop()) await work(photo);
    }),
  );
}

/** Our preview, thumbnail and thumbhash with what sharp alone offers, the fast way: the thumbnail comes from the preview. */
async function sameOutputs(photo: Buffer): Promise<void> {
  sharp.concurrency(1);
  const fit = { fit: "inside", withoutEnlargement: true } as const;
  const preview = await sharp(photo, { failOn: "error" })
    .autoOrient()
    .keepIccProfile()
    .resize({ width: 1920, height: 1920, ...fit })
    .jpeg({ quality: 80, optimiseCoding: false })
    .toBuffer();
  const thumb = await sharp(preview)
    .keepIccProfile()
    .resize({ width: 320, height: 320, fit: "outside", withoutEnlargement: true })
    .webp({ quality: 80, effort: 2 })
    .toBuffer();
  await thumbhashOf(sharp(thumb));
}

/** Immich's defaults (3.2): one decode at 1440 in the photo's gamut, then WebP 250, JPEG 1440 without chroma subsampling, thumbhash. */
async function asImmich(photo: Buffer): Promise<void> {
  sharp.concurrency(0);
  const { icc } = await sharp(photo).metadata();
  const isWide = icc !== undefined && !icc.toString("latin1").replaceAll("\0", "").includes("sRGB");
  const [space, profile] = isWide ? (["rgb16", "p3"] as const) : (["srgb", "srgb"] as const);
  const outside = (size: number) => ({ width: size, height: size, fit: "outside", withoutEnlargement: true }) as const;
  const { data, info } = await sharp(photo, { failOn: "error", limitInputPixels: false })
    .pipelineColorspace(space)
    .withIccProfile(profile)
    .autoOrient()
    .resize(outside(1440))
    .raw()
    .toBuffer({ resolveWithObject: true });
  const raw = { width: info.width, height: info.height, channels: info.channels };
  const decoded = () => sharp(data, { raw }).pipelineColorspace(space).withIccProfile(profile);
  await Promise.all([
    decoded().resize(outside(250)).webp({ quality: 80 }).toBuffer(),
    decoded().resize(outside(1440)).jpeg({ quality: 80, chromaSubsampling: "4:4:4" }).toBuffer(),
    thumbhashOf(sharp(data, { raw })),
  ]);
}

async function thumbhashOf(picture: Sharp): Promise<Uint8Array> {
  const { data, info } = await picture
    .resize({ width: 100, height: 100, fit: "inside" })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return rgbaToThumbHash(info.width, info.height, data);
}
