import type { PendingTile } from "./tiles.ts";

/** Media types that browsers do not tell, by extension. */
const TYPES: Record<string, string> = {
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  png: "image/png",
  gif: "image/gif",
  heic: "image/heic",
  heif: "image/heif",
  hif: "image/heif",
  avif: "image/avif",
  jxl: "image/jxl",
  webp: "image/webp",
  tif: "image/tiff",
  tiff: "image/tiff",
  mov: "video/quicktime",
  mp4: "video/mp4",
  m4v: "video/x-m4v",
  mkv: "video/x-matroska",
  avi: "video/x-msvideo",
  mts: "video/mp2t",
  "3gp": "video/3gpp",
  dng: "image/x-adobe-dng",
};

const RAW = new Set([
  "dng",
  "cr2",
  "cr3",
  "nef",
  "nrw",
  "arw",
  "srf",
  "sr2",
  "raf",
  "orf",
  "rw2",
  "pef",
  "srw",
  "rwl",
  "iiq",
  "3fr",
  "x3f",
]);

/** Files about other files, as far as their names tell. */
const SIDECAR = /\.(?:xmp|aae|supplemental-metadata\.json|(?:jpe?g|heic|png|mp4|mov)\.json)$/iu;

function extensionOf(name: string): string {
  return /\.([^./\\]{1,8})$/u.exec(name)?.[1]?.toLowerCase() ?? "";
}

/** The media type to store a file under: the browser's, else by extension, else unknown bytes. The server sniffs for itself. */
export function typeOf(file: { name: string; type: string }): string {
  return file.type === "" ? (TYPES[extensionOf(file.name)] ?? "application/octet-stream") : file.type;
}

/** What kind of tile a file gets before the server has looked into it. */
export function kindOf(file: { name: string; type: string }): PendingTile["kind"] {
  if (RAW.has(extensionOf(file.name))) return "raw";
  if (SIDECAR.test(file.name)) return "sidecar";
  const type = typeOf(file);
  if (type.startsWith("image/") && type !== "image/svg+xml") return "photo";
  return type.startsWith("video/") ? "video" : "other";
}
