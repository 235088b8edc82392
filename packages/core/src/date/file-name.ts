import { clockAt, parseStamp, toMs, wallClock, type WallClock } from "./wall-clock.ts";

/**
 * What a file's name tells of its time; `utc` names are instants, the others wall clocks; `dayOnly` names know no time of day (noon stands for it).
 */
export type NamedDate = { local: WallClock; utc: boolean; dayOnly: boolean };

/** A file's name, and its own time on the device that has it; `modifiedOffset` is that device's, minutes east of UTC. */
export type NamedFile = { name: string; modifiedAt?: WallClock | undefined; modifiedOffset?: number | undefined };

const YEAR = "((?:19|20)\\d{2})";
const TIMED = new RegExp(`(?<!\\d)${YEAR}(\\d{2})(\\d{2})[-_ T]?(\\d{2})(\\d{2})(\\d{2})(\\d{3})?(?!\\d)`, "u");
const SPACED = new RegExp(
  `(?<!\\d)${YEAR}[-_.:](\\d{2})[-_.:](\\d{2})(?:[-_ T]|\\s+at\\s+|,\\s*)+(\\d{1,2})[-_.:h](\\d{2})[-_.:m](\\d{2})(?:[.,](\\d{1,3}))?\\s*([ap]m)?(?!\\d)`,
  "iu",
);
const DAY = new RegExp(`(?<!\\d)${YEAR}[-_.]?(\\d{2})[-_.]?(\\d{2})(?!\\d)`, "u");
/** Google's camera names files by UTC, unlike everybody else. */
const UTC_NAME = /^PXL[_-]/iu;

/**
 * The date in a file's name: `IMG_20180725_163423.jpg`, `PXL_20220724_210650210.NIGHT.mp4`, `Screenshot 2021-05-03 at 9.41.07 PM.png`,
 * WhatsApp's `IMG-20180725-WA0003.jpg` (the day only). Undefined when there is none.
 */
export function dateInName(name: string): NamedDate | undefined {
  const timed = TIMED.exec(name);
  if (timed) {
    const local = wallClock(timed.slice(1, 7).map(Number), timed[7]);
    if (local !== undefined) return { local, utc: UTC_NAME.test(name), dayOnly: false };
  }
  const spaced = SPACED.exec(name);
  if (spaced) {
    const [year, month, day, hour, minute, second] = spaced.slice(1, 7).map(Number);
    const local = wallClock([year!, month!, day!, twelveHour(hour!, spaced[8]), minute!, second!], spaced[7]);
    if (local !== undefined) return { local, utc: false, dayOnly: false };
  }
  const date = DAY.exec(name);
  const stamp = date && parseStamp(`${date[1]}-${date[2]}-${date[3]}`);
  return stamp ? { local: stamp.local, utc: false, dayOnly: true } : undefined;
}

/** The wall clock that a file's name tells of a file without tags; undefined when it tells none. */
export function namedClock(file: NamedFile): WallClock | undefined {
  const named = dateInName(file.name);
  return named && clockOf(named, file);
}

/** A name's date on the file's device: UTC is seen on its clock, and of a name that knows the day only the file's time of that day is taken. */
export function clockOf(named: NamedDate, { modifiedAt, modifiedOffset = 0 }: NamedFile): WallClock {
  if (named.utc) return clockAt(toMs(named.local), modifiedOffset);
  return named.dayOnly && modifiedAt?.slice(0, 10) === named.local.slice(0, 10) ? modifiedAt : named.local;
}

function twelveHour(hour: number, half: string | undefined): number {
  if (half === undefined) return hour;
  return (hour % 12) + (half.toLowerCase() === "pm" ? 12 : 0);
}
