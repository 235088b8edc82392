import { clockOf, dateInName, type NamedFile } from "./file-name.ts";
import { clockAt, fromMs, instantOf, isPlausible, toMs, type Stamp, type WallClock } from "./wall-clock.ts";
import { localIn, offsetIn, zoneAt } from "./zone.ts";

/*
 * When was it taken? The lore, once:
 *  - A camera writes its wall clock and seldom its zone. The wall clock is what the photographer remembers, so it sorts the timeline and
 *    makes the days; the instant is derived, and stays unknown rather than guessed from the server's or the viewer's zone.
 *  - The offset comes from the tag that belongs to the date; else from GPS time, which is UTC: clock minus GPS, if that lands within 3
 *    minutes of an offset that exists on Earth (a stale fix does not); else from the zone at the position, daylight saving included.
 *  - Phones' videos carry only UTC: position → zone, else the clock in the file's name, else the uploading device's offset.
 *  - EXIF ModifyDate is when a program last saved the file: it beats the file system's time (copies lose that) but not the name.
 *  - `PXL_…` names are UTC, all others wall clocks; WhatsApp's names know the day only, so the file's time of that day is taken, else noon.
 */

/** What a file tells of its time; each list in order of trust. Instants are milliseconds. */
export type Found = {
  clocks: readonly { stamp: Stamp; source: string; offsetSource?: string }[];
  instants: readonly { ms: number; source: string }[];
  modified?: { stamp: Stamp; source: string; offsetSource?: string };
  position?: { latitude: number; longitude: number };
};

/** What is known from outside the file. */
export type Fallback = NamedFile & { uploadedAt: Date };

/** The answer; `offsetMinutes`, `zone` and `takenAt` are null while unknown. Provenance names a tag, `gps`, `zone`, `name`, `mtime` or `upload`. */
export type Taken = {
  localAt: WallClock;
  offsetMinutes: number | null;
  zone: string | null;
  takenAt: Date | null;
  provenance: { localAt: string; offset?: string };
};

type Choice = { local: WallClock; source: string; offset?: number; offsetSource?: string };

const MINUTE = 60_000;
const GPS_TOLERANCE = 3 * MINUTE;
const MAX_OFFSET = 14 * 60;
/** Nepal, Eucla, Chatham in winter and in summer: the only offsets at a quarter to. */
const QUARTERS = new Set([345, 525, 765, 825]);

/** Chooses wall clock, offset, zone and instant. Always answers, whatever a file tells: the last resort is the time of the upload. */
export function chooseTaken(told: Found, fallback: Fallback): Taken {
  const found = { ...told, instants: told.instants.filter(({ ms }) => isPlausible(ms)) };
  const zone = found.position ? zoneAt(found.position.latitude, found.position.longitude) : undefined;
  const choice = withOffset(choose(found, fallback, zone), found, zone);
  const zoneFits = zone !== undefined && choice.offset !== undefined && offsetIn(zone, choice.local) === choice.offset;
  return {
    localAt: choice.local,
    offsetMinutes: choice.offset ?? null,
    zone: zoneFits ? zone : null,
    takenAt: choice.offset === undefined ? null : instantOf(choice.local, choice.offset),
    provenance: { localAt: choice.source, ...(choice.offsetSource === undefined ? {} : { offset: choice.offsetSource }) },
  };
}

function choose(found: Found, fallback: Fallback, zone: string | undefined): Choice {
  const [clock] = found.clocks;
  if (clock) return fromStamp(clock);
  return fromInstantAt(zone, found) ?? fromName(fallback, found, zone) ?? fromInstant(found, fallback) ?? fromFile(found, fallback);
}

function fromStamp({ stamp, source, offsetSource }: NonNullable<Found["modified"]>): Choice {
  if (stamp.offset === undefined) return { local: stamp.local, source };
  return { local: stamp.local, source, offset: stamp.offset, offsetSource: offsetSource ?? source };
}

/** An instant seen on the clocks of the place. */
function fromInstantAt(zone: string | undefined, found: Found): Choice | undefined {
  const [instant] = found.instants;
  const there = instant && zone !== undefined ? localIn(zone, instant.ms) : undefined;
  return there && { local: there.local, source: instant!.source, offset: there.offset, offsetSource: "zone" };
}

function fromName(fallback: NamedFile, found: Found, zone: string | undefined): Choice | undefined {
  const named = dateInName(fallback.name);
  if (!named) return undefined;
  if (named.utc) {
    const instants = [{ ms: toMs(named.local), source: "name" }];
    return fromInstantAt(zone, { ...found, instants }) ?? fromInstant({ ...found, instants }, fallback);
  }
  // A day alone tells less than an instant or the last save does.
  if (named.dayOnly && (found.instants.length > 0 || found.modified)) return undefined;
  return { local: clockOf(named, fallback), source: "name" };
}

/** An instant without a place: seen on the uploading device's clock, else as UTC. */
function fromInstant(found: Found, fallback: NamedFile): Choice | undefined {
  const [instant] = found.instants;
  if (!instant) return undefined;
  const offset = fallback.modifiedOffset ?? 0;
  const offsetSource = fallback.modifiedOffset === undefined ? instant.source : "mtime";
  return { local: clockAt(instant.ms, offset), source: instant.source, offset, offsetSource };
}

function fromFile(found: Found, fallback: Fallback): Choice {
  if (found.modified) return fromStamp(found.modified);
  const { modifiedAt, modifiedOffset, uploadedAt } = fallback;
  if (modifiedAt === undefined) return { local: fromMs(uploadedAt.getTime()), source: "upload", offset: 0, offsetSource: "upload" };
  if (modifiedOffset === undefined) return { local: modifiedAt, source: "mtime" };
  return { local: modifiedAt, source: "mtime", offset: modifiedOffset, offsetSource: "mtime" };
}

function withOffset(choice: Choice, found: Found, zone: string | undefined): Choice {
  if (choice.offset !== undefined) return choice;
  for (const { ms, source } of found.instants) {
    const offset = offsetBetween(choice.local, ms);
    if (offset !== undefined) return { ...choice, offset, offsetSource: source };
  }
  const offset = zone === undefined ? undefined : offsetIn(zone, choice.local);
  return offset === undefined ? choice : { ...choice, offset, offsetSource: "zone" };
}

/** The offset of a wall clock from the same moment's UTC, when it is one that exists. */
function offsetBetween(local: WallClock, utcMs: number): number | undefined {
  const difference = toMs(local) - utcMs;
  const offset = Math.round(difference / (15 * MINUTE)) * 15;
  if (Math.abs(difference - offset * MINUTE) > GPS_TOLERANCE || Math.abs(offset) > MAX_OFFSET) return undefined;
  return offset % 30 === 0 || QUARTERS.has(offset) ? offset : undefined;
}
