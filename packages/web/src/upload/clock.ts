import { parseStamp } from "@tintype/core/date";

/** A time in milliseconds as the wall clock of this browser's zone, `YYYY-MM-DDTHH:mm:ss`, and that zone's minutes east of UTC then. */
export function deviceClock(at: number): { wall: string; offset: number } {
  const date = new Date(at);
  const offset = -date.getTimezoneOffset();
  const shifted = new Date(at + offset * 60_000);
  const usable = Number.isFinite(shifted.getTime()) && shifted.getUTCFullYear() >= 1 && shifted.getUTCFullYear() <= 9999;
  return usable ? { wall: shifted.toISOString().slice(0, 19), offset } : { wall: "1970-01-01T00:00:00", offset: 0 };
}

/** A date of EXIF as a wall clock, to the second; undefined when it tells none. */
export function cameraClock(value: unknown): string | undefined {
  return typeof value === "string" ? parseStamp(value)?.local.slice(0, 19) : undefined;
}
