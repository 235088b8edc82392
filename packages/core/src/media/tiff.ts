/** RAW formats that are TIFFs inside; libraries that "open" them show a 160-pixel thumbnail, so they are told apart first. */
const RAW_EXTENSIONS: Readonly<Record<string, "dng" | "cr2" | "nef" | "arw" | "pef" | "raw">> = {
  ...Object.fromEntries(
    ["3fr", "fff", "iiq", "erf", "mef", "mos", "kdc", "dcr", "srw", "rwl", "raw"].map((name) => [name, "raw"] as const),
  ),
  dng: "dng",
  cr2: "cr2",
  nef: "nef",
  nrw: "nef",
  arw: "arw",
  sr2: "arw",
  srf: "arw",
  pef: "pef",
};

const TAG = { subfileType: 254, photometric: 262, make: 271, subIfds: 330, dngVersion: 50706 };
/** PhotometricInterpretation of a colour filter array and of linear RAW. */
const SENSOR_DATA = new Set([32803, 34892]);

/**
 * `tiff`, or the RAW format inside a TIFF: by its first directory (DNG version, sensor data, or a thumbnail with sub-directories, as
 * cameras write) or, where that is out of sight, by the name. Undefined when it is no TIFF.
 */
export function sniffTiff(head: Uint8Array, name: string): "tiff" | "dng" | "cr2" | "nef" | "arw" | "pef" | "raw" | undefined {
  const little = head[0] === 0x49 && head[1] === 0x49 && head[2] === 0x2a && head[3] === 0;
  const big = head[0] === 0x4d && head[1] === 0x4d && head[2] === 0 && head[3] === 0x2a;
  if (!little && !big) return undefined;
  if (head[8] === 0x43 && head[9] === 0x52) return "cr2";
  const byName = RAW_EXTENSIONS[/\.([^.]+)$/u.exec(name)?.[1]?.toLowerCase() ?? ""];
  const tags = readDirectory(head, little);
  if (tags.has(TAG.dngVersion)) return "dng";
  const isThumbnail = ((tags.get(TAG.subfileType)?.value ?? 0) & 1) === 1;
  const isRaw = SENSOR_DATA.has(tags.get(TAG.photometric)?.value ?? 0) || (isThumbnail && tags.has(TAG.subIfds));
  if (!isRaw) return byName ?? "tiff";
  const make = tags.get(TAG.make);
  return byName ?? ofMake(make ? asciiAt(head, make.offset, make.count) : "");
}

function ofMake(make: string): "nef" | "arw" | "pef" | "raw" {
  if (/^nikon/iu.test(make)) return "nef";
  if (/^sony/iu.test(make)) return "arw";
  return /^(?:pentax|ricoh)/iu.test(make) ? "pef" : "raw";
}

type Entry = { count: number; value: number; offset: number };

function readDirectory(head: Uint8Array, little: boolean): Map<number, Entry> {
  const tags = new Map<number, Entry>();
  if (head.length < 8) return tags;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const start = view.getUint32(4, little);
  if (start + 2 > head.length) return tags;
  const entries = view.getUint16(start, little);
  for (let i = 0, at = start + 2; i < entries && at + 12 <= head.length; i++, at += 12) {
    const short = view.getUint16(at + 2, little) === 3;
    const offset = view.getUint32(at + 8, little);
    const value = short ? view.getUint16(at + 8, little) : offset;
    tags.set(view.getUint16(at, little), { count: view.getUint32(at + 4, little), value, offset });
  }
  return tags;
}

function asciiAt(head: Uint8Array, offset: number, count: number): string {
  return String.fromCodePoint(...head.subarray(offset, offset + Math.min(count, 32)));
}
