import lookup from "@photostructure/tz-lookup";
import { clockAt, toMs, type WallClock } from "./wall-clock.ts";

/** The IANA zone at a position (degrees), `Europe/Lisbon`; at sea `Etc/GMT+3`. */
export function zoneAt(latitude: number, longitude: number): string {
  return lookup(latitude, longitude);
}

/**
 * Minutes east of UTC of a zone when its clocks showed `local`, daylight saving included. Of the hour that happens twice in autumn the
 * first is taken; in the hour that spring skips, the offset before the jump. Undefined when the runtime does not know the zone.
 */
export function offsetIn(zone: string, local: WallClock): number | undefined {
  const asUtc = toMs(local);
  const candidates = [-DAY, 0, DAY].map((shift) => offsetAt(zone, asUtc + shift));
  const fits = candidates.filter((offset) => offset !== undefined && offsetAt(zone, asUtc - offset * 60_000) === offset);
  return fits.length === 0 ? candidates[0] : Math.max(...fits.map(Number));
}

/** The wall clock of a zone at an instant (milliseconds), and its offset there. */
export function localIn(zone: string, ms: number): { local: WallClock; offset: number } | undefined {
  const offset = offsetAt(zone, ms);
  return offset === undefined ? undefined : { local: clockAt(ms, offset), offset };
}

const DAY = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat | undefined>();

function offsetAt(zone: string, ms: number): number | undefined {
  const format = formatOf(zone);
  if (!format) return undefined;
  const part = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
  const shown = Date.UTC(part["year"]!, part["month"]! - 1, part["day"], part["hour"], part["minute"], part["second"]);
  return Math.round((shown - Math.floor(ms / 1000) * 1000) / 60_000);
}

function formatOf(zone: string): Intl.DateTimeFormat | undefined {
  if (formats.has(zone)) return formats.get(zone);
  const digits = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" } as const;
  let format: Intl.DateTimeFormat | undefined;
  try {
    format = new Intl.DateTimeFormat("en-u-ca-gregory-nu-latn", { timeZone: zone, hourCycle: "h23", ...digits });
  } catch {
    format = undefined;
  }
  formats.set(zone, format);
  return format;
}
