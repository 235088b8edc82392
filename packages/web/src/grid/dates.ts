const LOCALE = "en-GB";

/** Dates here are wall clocks; they are formatted as UTC so that no time zone moves them. */
const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(LOCALE, { ...options, timeZone: "UTC" });

const weekday = format({ weekday: "short" });
const dayThisYear = format({ day: "numeric", month: "long" });
const dayShort = format({ day: "numeric", month: "short" });
const dayShortOtherYear = format({ day: "numeric", month: "short", year: "numeric" });
const fullDate = format({ day: "numeric", month: "long", year: "numeric" });
const monthLong = format({ month: "long", year: "numeric" });
const monthShort = format({ month: "short", year: "numeric" });

type CalendarDay = { year: number; month: number; day: number };

const dateOf = ({ year, month, day }: CalendarDay) => new Date(Date.UTC(year, month - 1, day));

/** A day's heading: "Sun, 22 November", with the year when it is not this one; shorter where little room is. */
export function dayName(day: CalendarDay, room: "wide" | "narrow" = "wide", thisYear: number = new Date().getFullYear()): string {
  const here = day.year === thisYear;
  const date = dateOf(day);
  if (room === "narrow") return (here ? dayShort : dayShortOtherYear).format(date);
  return `${weekday.format(date)}, ${(here ? dayThisYear : fullDate).format(date)}`;
}

/** "21 November 2026" */
export function dateName(day: CalendarDay): string {
  return fullDate.format(dateOf(day));
}

/** "November 2026" of a month number (year × 12 + month − 1), or "Nov 2026". */
export function monthName(month: number, length: "long" | "short" = "long"): string {
  const date = new Date(Date.UTC(Math.floor(month / 12), month % 12, 1));
  return (length === "long" ? monthLong : monthShort).format(date);
}

/** "0:42", "1:02:03". */
export function durationName(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts[0] ? parts : parts.slice(1);
  return shown.map((part, i) => (i === 0 ? String(part) : String(part).padStart(2, "0"))).join(":");
}
