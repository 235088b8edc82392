/**
 * Wall clocks are text, `YYYY-MM-DDTHH:mm:ss[.SSS]`, as a camera writes them. They never pass through a Date of the process's zone:
 * a photo taken at 16:34 stays at 16:34 wherever the server stands. Arithmetic treats them as if they were UTC.
 */
export type WallClock = string;

/** A date as some tag tells it: the wall clock, and the offset in minutes east of UTC when the tag names one. */
export type Stamp = { local: WallClock; offset?: number };

const FIRST_YEAR = 1826;
const LAST_YEAR = 2200;
const MAX_OFFSET = 14 * 60;

const DAY = String.raw`(\d{4})[:./-](\d{1,2})[:./-](\d{1,2})`;
const TIME = String.raw`(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?`;
const ZONE = String.raw`Z|UTC|(?:GMT|UTC)?[+-]\d{1,2}(?::?\d{2})?`;
/** What follows a time and is no offset is some program's noise. */
const DATE_TIME = new RegExp(String.raw`^\s*${DAY}(?:[T\s]+${TIME}\s*(?:(${ZONE})(?!\d)|\D.*)?)?[\s\0]*$`, "isu");

/**
 * Reads the date of a tag in EXIF (`2018:05:30 21:25:39`), ISO 8601 or IPTC form, with or without an offset.
 * Undefined for blanks, zeroes, impossible dates and years before photography (1826). A date without a time is noon.
 */
export function parseStamp(text: string): Stamp | undefined {
  const match = DATE_TIME.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour = "12", minute = "00", second = "00", fraction, zone] = match;
  const local = wallClock([year, month, day, hour, minute, second].map(Number), fraction);
  if (local === undefined) return undefined;
  const offset = zone === undefined ? undefined : parseOffset(zone);
  return offset === undefined ? { local } : { local, offset };
}

/** Minutes east of UTC from `+02:00`, `-0800`, `Z` or `GMT+2`; undefined when it is none or beyond ±14 hours. */
export function parseOffset(text: string): number | undefined {
  const match = /^\s*(?:(Z|UTC)|(?:GMT|UTC)?([+-])(\d{1,2})(?::?(\d{2}))?)[\s\0]*$/iu.exec(text);
  if (!match) return undefined;
  if (match[1]) return 0;
  const minutes = Number(match[3]) * 60 + Number(match[4] ?? 0);
  if (minutes > MAX_OFFSET) return undefined;
  return match[2] === "-" ? 0 - minutes : minutes;
}

/** A wall clock from numbers (year, month 1–12, day, hour, minute, second) and the digits after the second; undefined when impossible. */
export function wallClock(parts: readonly number[], fraction = ""): WallClock | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts;
  if (!parts.every((part) => Number.isInteger(part) && part >= 0)) return undefined;
  if (year < FIRST_YEAR || year > LAST_YEAR || hour > 23 || minute > 59 || second > 60) return undefined;
  const date = new Date(Date.UTC(year, month - 1, day));
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  const text = `${pad(year, 4)}-${pad(month)}-${pad(day)}T${pad(hour)}:${pad(minute)}:${pad(Math.min(second, 59))}`;
  const ms = fraction.slice(0, 3).padEnd(3, "0");
  return /^\d{3}$/u.test(ms) && ms !== "000" ? `${text}.${ms}` : text;
}

/** Whether an instant lies in the years of photography; others are counters gone wrong, and some are beyond what a Date can hold. */
export function isPlausible(ms: number): boolean {
  return ms >= Date.UTC(FIRST_YEAR, 0) && ms < Date.UTC(LAST_YEAR + 1, 0);
}

/** Milliseconds of a wall clock as if it were UTC. */
export function toMs(local: WallClock): number {
  return Date.parse(`${local}Z`);
}

/** The wall clock whose `toMs` is `ms`. */
export function fromMs(ms: number): WallClock {
  return new Date(ms).toISOString().replace(/(?:\.000)?Z$/u, "");
}

/** What a clock `offset` minutes east of UTC shows at an instant (milliseconds). */
export function clockAt(ms: number, offset: number): WallClock {
  return fromMs(ms + offset * 60_000);
}

/** The instant at which a clock `offset` minutes east of UTC showed `local`. */
export function instantOf(local: WallClock, offset: number): Date {
  return new Date(toMs(local) - offset * 60_000);
}

/** The calendar month (UTC) of an instant, as what is counted by the month is kept: year × 12 + (month − 1). */
export function utcMonthOf(at: Date): number {
  return at.getUTCFullYear() * 12 + at.getUTCMonth();
}

function pad(value: number, length = 2): string {
  return String(value).padStart(length, "0");
}
