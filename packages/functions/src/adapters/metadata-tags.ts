import type { Tags, TagValue } from "@tintype/core/media";
import type { ExpandedTags } from "exifreader";

/** EXIF tags whose values are fractions; the reader gives those as [numerator, denominator], like any pair of whole numbers. */
const RATIONAL: ReadonlySet<string> = new Set([
  "ApertureValue",
  "BrightnessValue",
  "DigitalZoomRatio",
  "ExposureBiasValue",
  "ExposureTime",
  "FNumber",
  "FocalLength",
  "GPSAltitude",
  "GPSImgDirection",
  "GPSLatitude",
  "GPSLongitude",
  "GPSTimeStamp",
  "MaxApertureValue",
  "ShutterSpeedValue",
]);
const MAX_ITEMS = 200;

/** What exifreader found, as the MetadataReader port tells it: plain values by standard and name. Thumbnails and maker notes are left out. */
export function tagsOf(found: ExpandedTags): Tags {
  return {
    exif: group(found.exif, exifValue),
    xmp: group(found.xmp, xmpValue),
    iptc: group(found.iptc, describedValue),
    png: { ...group(found.pngText, describedValue), ...group(found.png, describedValue) },
    icc: group(found.icc, describedValue),
  };
}

export const NO_TAGS: Tags = { exif: {}, xmp: {}, iptc: {}, png: {}, icc: {} };

function group(tags: object | undefined, read: (tag: unknown, name: string) => TagValue | undefined): Record<string, TagValue> {
  const values = Object.entries(tags ?? {}).map(([name, tag]) => [name, name === "MakerNote" ? undefined : read(tag, name)] as const);
  return Object.fromEntries(values.filter((entry): entry is [string, TagValue] => entry[1] !== undefined));
}

function exifValue(tag: unknown, name: string): TagValue | undefined {
  const value = field(tag, "value");
  if (!Array.isArray(value)) return scalar(value);
  const list: readonly unknown[] = value;
  if (RATIONAL.has(name)) return Array.isArray(list[0]) ? list.map(quotient) : quotient(list);
  if (list.length === 1) return scalar(list[0]);
  return scalars(list);
}

/** XMP: text, a list, or a text in several languages; structures are left out. */
function xmpValue(tag: unknown): TagValue | undefined {
  const value = field(tag, "value");
  return Array.isArray(value) ? scalars(value.map((item) => field(item, "value"))) : scalar(value);
}

/** Tags whose description is their text; one that is repeated is a list. */
function describedValue(tag: unknown): TagValue | undefined {
  if (Array.isArray(tag)) return scalars(tag.map((item) => field(item, "description")));
  return scalar(field(tag, "description"));
}

function quotient(value: unknown): number {
  const pair: readonly unknown[] = Array.isArray(value) ? value : [value, 1];
  return Number(pair[0]) / Number(pair[1]);
}

function field(tag: unknown, name: "value" | "description"): unknown {
  return typeof tag === "object" && tag !== null ? new Map<string, unknown>(Object.entries(tag)).get(name) : undefined;
}

function scalar(value: unknown): string | number | undefined {
  return typeof value === "string" || typeof value === "number" ? value : undefined;
}

function scalars(list: readonly unknown[]): TagValue | undefined {
  const values = list
    .slice(0, MAX_ITEMS)
    .map(scalar)
    .filter((value) => value !== undefined);
  return values.length === 0 ? undefined : values;
}
