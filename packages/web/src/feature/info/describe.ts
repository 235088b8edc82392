import { formatBytes } from "../../lib/format.ts";
import type { Detail, Exif } from "../viewer/detail.ts";

/** What to say of a date that the camera did not write; undefined for one that it did. `localAt` of the provenance tells its source. */
export function dateSourceText({ kind, provenance }: Pick<Detail, "kind" | "provenance">): string | undefined {
  const source = provenance?.localAt;
  const text = source === undefined ? undefined : DATE_SOURCES[source];
  return text?.replace("#", { photo: "photo", raw: "photo", video: "video", sidecar: "file", other: "file" }[kind]);
}

const SAVED = "From the last time the # was edited: it has no other date.";
const DATE_SOURCES: Record<string, string> = {
  DateTime: SAVED,
  "XMP:ModifyDate": SAVED,
  mtime: "From the file's date: the # itself has none.",
  name: "From the file's name.",
  upload: "From the day you uploaded it: the # itself has no date.",
};

/** What is wrong with a file of which there is no picture, or no original; its `reason` says more. */
export function troubleText({ kind, urls }: Pick<Detail, "kind" | "urls">): string {
  if (urls.download === null) return "The original is missing";
  return kind === "other" ? "Not a photo or video" : "No preview";
}

/** The path of an original in parts between which a line may break: after a folder, before the mark `~`, never within the extension. */
export function keyParts(key: string): { at: number; text: string }[] {
  return Array.from(key.matchAll(/[~]?[^/~]*\/?/gu), ({ index, 0: text }) => ({ at: index, text })).filter(({ text }) => text !== "");
}

/** "GMT+9 · Tokyo time"; undefined when the offset is unknown. */
export function zoneText(offsetMinutes: number | null, zone: string | null): string | undefined {
  if (offsetMinutes === null) return undefined;
  const hours = Math.trunc(Math.abs(offsetMinutes) / 60);
  const minutes = Math.abs(offsetMinutes) % 60;
  const sign = offsetMinutes < 0 ? "−" : "+";
  const offset = offsetMinutes === 0 ? "GMT" : `GMT${sign}${hours}${minutes === 0 ? "" : `:${String(minutes).padStart(2, "0")}`}`;
  const city = zone?.split("/").at(-1)?.replaceAll("_", " ");
  return city && zone?.includes("/") ? `${offset} · ${city} time` : offset;
}

/** "24 MP · 6000 × 4007 · 11.8 MB" */
export function fileText({ width, height, size, kind }: Pick<Detail, "width" | "height" | "size" | "kind">): string {
  const pixels = width && height ? [`${width} × ${height}`] : [];
  const mega = width && height && kind !== "video" ? (width * height) / 1e6 : 0;
  const rounded = mega >= 10 ? Math.round(mega) : Math.round(mega * 10) / 10;
  return [...(rounded > 0 ? [`${rounded} MP`] : []), ...pixels, formatBytes(size)].join(" · ");
}

/** "Nikon Z 6_2": the make is left out where the model says it already, and names in capitals are written as names. */
export function cameraText({ make, model }: Exif): string | undefined {
  const brand = make
    ?.replaceAll(/\b(corporation|corp\.?|co\.?,? ?ltd\.?|inc\.?|company|imaging)\b/giu, "")
    .replaceAll(",", "")
    .trim();
  const name = (text: string) => (/^[A-Z]{4,}$/u.test(text) ? text[0] + text.slice(1).toLowerCase() : text);
  const first = brand?.split(/\s+/u)[0] ?? "";
  if (!model) return brand ? brand.split(/\s+/u).map(name).join(" ") : undefined;
  const own = model.toLowerCase().startsWith(first.toLowerCase()) ? model.slice(first.length).trim() : model;
  return [first ? name(first) : "", own].filter((part) => part !== "").join(" ");
}

/** "ƒ/2.8 · 1/125 s · 35 mm · ISO 400" of what is known. */
export function exposureText({ fNumber, exposureSeconds, focalLength, iso }: Exif): string | undefined {
  const parts = [
    fNumber === undefined ? undefined : `ƒ/${trim(fNumber)}`,
    exposureSeconds === undefined ? undefined : shutterText(exposureSeconds),
    focalLength === undefined ? undefined : `${trim(focalLength)} mm`,
    iso === undefined ? undefined : `ISO ${iso}`,
  ].filter((part) => part !== undefined);
  return parts.length > 0 ? parts.join(" · ") : undefined;
}

/** "1/125 s", "0.8 s", "30 s" */
export function shutterText(seconds: number): string {
  if (seconds <= 0) return "";
  return seconds < 0.5 ? `1/${Math.round(1 / seconds)} s` : `${trim(seconds)} s`;
}

/** "35.7265, 139.7668" */
export function positionText(latitude: number, longitude: number): string {
  return `${latitude.toFixed(4)}, ${longitude.toFixed(4)}`;
}

function trim(value: number): string {
  return String(Math.round(value * 10) / 10);
}
