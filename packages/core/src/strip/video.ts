import type { ByteSource } from "#media";
import { type Box, boxAt, boxesIn } from "./box.ts";
import { type Edits, latin, viewOf } from "./bytes.ts";
import { chunksOf, contentOf, find, handlerOf, type Piece } from "./track.ts";

/** The index of hours of video is smaller than this; more is not read into memory. */
const MOST_INDEX = 64 * 1024 * 1024;
const MOST_BOXES = 100_000;
const HEAD = 16;
const FREE = new TextEncoder().encode("free");

const TOP = words("ftyp styp moov mdat moof mfra sidx");
/** What stays of each list of boxes; every other box becomes free space. */
const KEPT: Readonly<Record<string, ReadonlySet<string>>> = {
  moov: words("mvhd trak mvex iods"),
  trak: words("tkhd tapt edts mdia"),
  mdia: words("mdhd hdlr elng minf"),
  minf: words("vmhd smhd hdlr dinf stbl"),
  stbl: words("stsd stts ctts cslg stsc stsz stz2 stco co64 stss stps sdtp sgpd sbgp subs saiz saio padb"),
  moof: words("mfhd traf"),
  traf: words("tfhd tfdt trun saiz saio sbgp sgpd senc subs"),
};
/** Pictures and sound; words, places and whatever else a camera notes down while it films are not. */
const SHOWN = words("vide soun");

/**
 * What is to be changed in an MP4 or QuickTime file so that only its pictures and its sound stay, and nothing else moves: all other boxes become free
 * space, other tracks go with every byte of theirs, and times and names become zeros. Reads by ranges, its index at most. Undefined for
 * what is no whole file of this kind.
 */
export async function videoEdits(source: ByteSource): Promise<Edits | undefined> {
  const zeros: [number, number][] = [];
  const writes: { at: number; bytes: Uint8Array }[] = [];
  const edits = { zeros, writes };
  const boxes = await topBoxes(source);
  const moovs = boxes.filter(({ type }) => type === "moov");
  const moov = moovs[0];
  if (!moov || moovs.length > 1 || moov.end - moov.start > MOST_INDEX) return undefined;
  const piece = { bytes: await source.read(moov.start, moov.end), base: moov.start };
  const traks = boxesIn(piece.bytes, piece.base, moov.content, moov.end)?.filter(({ type }) => type === "trak");
  if (!traks?.some((trak) => handlerOf(piece, trak) === "vide")) return undefined;
  if (!clean(piece, moov, edits)) return undefined;
  const fragments = boxes.filter(({ type }) => type === "moof");
  const strangers = traks.filter((trak) => !SHOWN.has(handlerOf(piece, trak)));
  // Whose samples lie where is told in each fragment; a file in which only some may stay is not taken apart.
  if (fragments.length > 0 && strangers.length > 0) return undefined;
  for (const moof of fragments) {
    if (moof.end - moof.start > MOST_INDEX) return undefined;
    const part = { bytes: await source.read(moof.start, moof.end), base: moof.start };
    if (!clean(part, moof, edits)) return undefined;
  }
  if (fragments.length === 0) {
    const own = samplesOf(piece, traks);
    if (!own) return undefined;
    for (const mdat of boxes.filter(({ type }) => type === "mdat")) zeros.push(...between(own, mdat.content, mdat.end));
  }
  for (const box of boxes.filter(({ type }) => !TOP.has(type))) free(box, edits);
  // What no box holds is nobody's.
  zeros.push([boxes.at(-1)?.end ?? 0, source.size]);
  return edits;
}

type Changes = { zeros: [number, number][]; writes: { at: number; bytes: Uint8Array }[] };

/** The boxes of the file as far as they go; what is cut off within its media still shows what is there. */
async function topBoxes(source: ByteSource): Promise<Box[]> {
  const boxes: Box[] = [];
  for (let at = 0; at + 8 <= source.size && boxes.length < MOST_BOXES;) {
    const head = await source.read(at, Math.min(source.size, at + HEAD));
    const box = boxAt(head, at, latin(head, 4, 8) === "mdat" ? Number.MAX_SAFE_INTEGER : source.size);
    if (!box || !/^[\x20-\x7e\xa9]{4}$/u.test(box.type)) break;
    at = Math.min(box.end, source.size);
    boxes.push({ ...box, end: at });
  }
  return boxes;
}

/** Where the pictures and the sound lie, in order; undefined when that is not told rightly. */
function samplesOf(piece: Piece, traks: readonly Box[]): [number, number][] | undefined {
  const all: [number, number][] = [];
  for (const trak of traks.filter((each) => SHOWN.has(handlerOf(piece, each)))) {
    const chunks = chunksOf(piece, trak);
    if (!chunks) return undefined;
    for (const chunk of chunks) all.push(chunk);
  }
  return all.toSorted(([a], [b]) => a - b);
}

/** The gaps that `own` leaves in [from, to). */
function between(own: readonly [number, number][], from: number, to: number): [number, number][] {
  const gaps: [number, number][] = [];
  let at = from;
  for (const [start, end] of own) {
    if (start >= to) break;
    if (start > at) gaps.push([at, start]);
    at = Math.max(at, end);
  }
  if (at < to) gaps.push([at, to]);
  return gaps;
}

/** Frees what a list of boxes is not to keep, and goes into those that it keeps; false when they are not right. */
function clean(piece: Piece, list: Box, edits: Changes): boolean {
  const boxes = boxesIn(piece.bytes, piece.base, list.content, list.end);
  if (!boxes) return false;
  return boxes.every((box) => {
    const isKept = KEPT[list.type]?.has(box.type) === true && (box.type !== "trak" || SHOWN.has(handlerOf(piece, box)));
    if (!isKept) free(box, edits);
    else if (box.type in KEPT) return clean(piece, box, edits);
    else blank(piece, box, edits);
    return true;
  });
}

function free(box: Box, { zeros, writes }: Changes): void {
  zeros.push([box.content, box.end]);
  writes.push({ at: box.start + 4, bytes: FREE });
}

/** Times, and the names that makers give to what they write. */
function blank(piece: Piece, box: Box, { zeros }: Changes): void {
  const { type, content, end } = box;
  const zero = (from: number, to: number): void => void zeros.push([content + from, Math.min(end, content + to)]);
  if (type === "mvhd" || type === "tkhd" || type === "mdhd") zero(4, contentOf(piece, box)[0] === 1 ? 20 : 12);
  if (type === "hdlr") zero(12, end - content);
  if (type === "stsd") for (const entry of entriesOf(piece, box)) blankEntry(piece, entry, zeros);
  if (type !== "dinf") return;
  const dref = find(piece, box, "dref");
  if (dref) for (const entry of entriesOf(piece, dref)) zeros.push([Math.min(entry.end, entry.content + 4), entry.end]);
}

const ENTRIES_AT = 8;

function entriesOf(piece: Piece, { content, end }: Box): Box[] {
  return boxesIn(piece.bytes, piece.base, Math.min(end, content + ENTRIES_AT), end) ?? [];
}

/** Behind the vendor and the compressor's name, a picture's description has boxes of its own from byte 78 on. */
function blankEntry(piece: Piece, { content, end }: Box, zeros: [number, number][]): void {
  const zero = (from: number, to: number): void => void zeros.push([content + from, Math.min(end, content + to)]);
  zero(12, 16);
  if (end - content < 78 || !isPicture(piece, content)) return;
  zero(42, 74);
  for (const box of boxesIn(piece.bytes, piece.base, content + 78, end) ?? []) {
    if (/^(?:udta|meta|uuid|name)$/u.test(box.type)) zeros.push([box.content, box.end]);
  }
}

/** Descriptions of sound have a version and channels where those of pictures have nothing but zeros and a vendor: told by the pixels. */
function isPicture({ bytes, base }: Piece, content: number): boolean {
  const view = viewOf(bytes.subarray(content - base));
  return view.getUint16(24) > 0 && view.getUint16(26) > 0 && view.getUint16(40) === 1;
}

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(" "));
}
