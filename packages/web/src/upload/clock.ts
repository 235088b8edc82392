/** A time in milliseconds as the wall clock of this browser's zone, `YYYY-MM-DDTHH:mm:ss`, and that zone's minutes east of UTC then. */
export function wallClock(at: number): { wall: string; offset: number } {
  const date = new Date(at);
  const offset = -date.getTimezoneOffset();
  const shifted = new Date(at + offset * 60_000);
  const usable = Number.isFinite(shifted.getTime()) && shifted.getUTCFullYear() >= 1 && shifted.getUTCFullYear() <= 9999;
  return usable ? { wall: shifted.toISOString().slice(0, 19), offset } : { wall: "1970-01-01T00:00:00", offset: 0 };
}

/** An EXIF date `2021:05:03 10:11:12` as a wall clock; undefined when it is blank or impossible. Never goes through a zone. */
export function exifWallClock(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  const match = /^(\d{4})[:-](\d{2})[:-](\d{2})[ T](\d{2}):(\d{2}):(\d{2})/u.exec(value);
  if (!match) return undefined;
  const wall = `${match[1]}-${match[2]}-${match[3]}T${match[4]}:${match[5]}:${match[6]}`;
  const time = Date.parse(`${wall}Z`);
  // Date.parse lets 31 February roll over in some engines: the round trip must give the same text.
  const real = Number.isFinite(time) && new Date(time).toISOString().startsWith(wall);
  return real && match[1] !== "0000" ? wall : undefined;
}
