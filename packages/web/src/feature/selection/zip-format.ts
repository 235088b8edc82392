/**
 * The records of a zip (PKWARE APPNOTE 6.3.10) whose files are stored as they are: photos do not get smaller. Own, since the libraries of
 * the field sum files up at a quarter of the speed, which is what a page's zip is slow by, and lack the zip64 end of many small files.
 */
export type ZipEntry = {
  name: string;
  /** A wall clock, as zips have it: `2026-11-22T10:05:08`; empty where it is not told. */
  localAt: string;
};

/** What a file came to: its CRC-32 and its bytes. */
export type Sum = { crc: number; size: number };

type Width = 2 | 4 | 8;
type Field = readonly [width: Width, value: number];
type Central = { name: Uint8Array; time: number; flags: number; at: number; sum: Sum };

const LOCAL = 0x04034b50;
const DESCRIPTOR = 0x08074b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END64 = 0x06064b50;
const LOCATOR64 = 0x07064b50;
const EXTRA64 = 1;

const UTF8 = 0x0800;
/** Sum and size stand behind the file. */
const BEHIND = 0x0008;
/** 4.5 is the version that zip64 came with. */
const VERSION = 20;
const VERSION64 = 45;
const UNIX = 3 << 8;
/** A file that its owner may write and all may read. */
const MODE = 0o100_644;

const MANY = 0xffff;
const FAR = 0xffffffff;

/** Tells the bytes between those of the files, in the order in which they are written. */
export function createArchive() {
  const written: Central[] = [];
  let at = 0;

  function put(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    at += bytes.byteLength;
    return bytes;
  }

  return {
    /** Goes before a file that is known; its bytes follow, and then the next file. */
    file({ name, localAt }: ZipEntry, sum: Sum): Uint8Array<ArrayBuffer> {
      const entry = { name: encode(name), time: dosTime(localAt), flags: UTF8, at, sum };
      written.push(entry);
      const header = put(local(entry, sum.size >= FAR));
      at += sum.size;
      return header;
    },
    /** Goes before a file that comes as a stream, of about `size` bytes (undefined: unknown); gives what goes behind it, of what came. */
    stream({ name, localAt }: ZipEntry, size: number | undefined) {
      const entry = { name: encode(name), time: dosTime(localAt), flags: UTF8 | BEHIND, at, sum: { crc: 0, size: 0 } };
      written.push(entry);
      const isLarge = size === undefined || size >= FAR;
      return {
        header: put(local(entry, isLarge)),
        end: (sum: Sum): Uint8Array<ArrayBuffer> => {
          entry.sum = sum;
          at += sum.size;
          const width = isLarge ? 8 : 4;
          return put(
            record([
              [4, DESCRIPTOR],
              [4, sum.crc],
              [width, sum.size],
              [width, sum.size],
            ]),
          );
        },
      };
    },
    /** The directory of all files, which ends the zip. */
    end(): Uint8Array<ArrayBuffer> {
      const directory = joined(written.flatMap(central));
      return joined([directory, ...endOf(written.length, directory.byteLength, at)]);
    },
  };
}

function local(entry: Central, isLarge: boolean): Uint8Array<ArrayBuffer> {
  const { name, sum } = entry;
  const extra = isLarge ? extra64([sum.size, sum.size]) : [];
  const header = record([[4, LOCAL], ...about(entry, isLarge, extra)]);
  return joined([header, name, record(extra)]);
}

function central(entry: Central): Uint8Array[] {
  const { name, at, sum } = entry;
  const isLarge = sum.size >= FAR || at >= FAR;
  const extra = isLarge ? extra64([sum.size, sum.size, at]) : [];
  const header = record([
    [4, CENTRAL],
    [2, UNIX | VERSION64],
    ...about(entry, isLarge, extra),
    // No comment, on the first disk, no inner attributes.
    [2, 0],
    [2, 0],
    [2, 0],
    [4, MODE * 0x10000],
    [4, isLarge ? FAR : at],
  ]);
  return [header, name, record(extra)];
}

/** What both headers of a file tell alike. */
function about({ name, time, flags, sum }: Central, isLarge: boolean, extra: Field[]): Field[] {
  const size = isLarge ? FAR : sum.size;
  return [
    [2, isLarge ? VERSION64 : VERSION],
    [2, flags],
    [2, 0],
    [4, time],
    [4, sum.crc],
    [4, size],
    [4, size],
    [2, name.byteLength],
    [2, lengthOf(extra)],
  ];
}

/** The end, with the zip64 one and its locator in front where a number does not fit. */
function endOf(count: number, bytes: number, at: number): Uint8Array[] {
  const isLarge = count >= MANY || at >= FAR || bytes >= FAR;
  const end = record([
    [4, END],
    [4, 0],
    [2, isLarge ? MANY : count],
    [2, isLarge ? MANY : count],
    [4, isLarge ? FAR : bytes],
    [4, isLarge ? FAR : at],
    [2, 0],
  ]);
  if (!isLarge) return [end];
  const end64 = record([
    [4, END64],
    // What follows in the record, after this number itself.
    [8, 44],
    [2, UNIX | VERSION64],
    [2, VERSION64],
    [8, 0],
    [8, count],
    [8, count],
    [8, bytes],
    [8, at],
  ]);
  const locator = record([
    [4, LOCATOR64],
    [4, 0],
    [8, at + bytes],
    [4, 1],
  ]);
  return [end64, locator, end];
}

function extra64(values: readonly number[]): Field[] {
  return [[2, EXTRA64], [2, values.length * 8], ...values.map((value) => [8, value] as const)];
}

function lengthOf(fields: readonly Field[]): number {
  return fields.reduce((sum, [width]) => sum + width, 0);
}

/** Numbers one after the other, the lowest byte first. */
function record(fields: readonly Field[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(lengthOf(fields));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [width, value] of fields) {
    if (width === 2) view.setUint16(at, value, true);
    else if (width === 4) view.setUint32(at, value, true);
    else view.setBigUint64(at, BigInt(value), true);
    at += width;
  }
  return bytes;
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}

function encode(name: string): Uint8Array {
  return new TextEncoder().encode(name);
}

const EARLIEST = "1980-01-01T00:00:00";
const LATEST = "2107-12-31T23:59:58";

/** A wall clock as zips have it, between 1980 and 2107, in steps of two seconds: the date in the upper 16 bits, the time in the lower. */
function dosTime(localAt: string): number {
  const wall = localAt.slice(0, 19);
  const [within = EARLIEST] = [EARLIEST, wall, LATEST].toSorted().slice(1);
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = within.split(/\D/u).map(Number);
  const date = ((year - 1980) << 9) | (month << 5) | day;
  return date * 0x10000 + ((hour << 11) | (minute << 5) | (second >> 1));
}
