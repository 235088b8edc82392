type CalendarDay = { year: number; month: number; day: number };

/**
 * How dates are written in a language; without one as this browser writes them. Dates here are wall clocks: they are formatted as UTC, so
 * that no time zone moves them.
 */
export function datesIn(locale?: string) {
  const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" });
  const weekdayThisYear = format({ weekday: "short", day: "numeric", month: "long" });
  const weekdayOtherYear = format({ weekday: "short", day: "numeric", month: "long", year: "numeric" });
  const dayThisYear = format({ day: "numeric", month: "short" });
  const dayOtherYear = format({ day: "numeric", month: "short", year: "numeric" });
  const fullDate = format({ day: "numeric", month: "long", year: "numeric" });
  const dateThisYear = format({ day: "numeric", month: "long" });
  const monthLong = format({ month: "long", year: "numeric" });
  const monthShort = format({ month: "short", year: "numeric" });
  // "4:42 PM" but "04:42": only clocks of 24 hours are read with a leading zero.
  const hour = format({ hour: "numeric" }).resolvedOptions().hour12 ? "numeric" : "2-digit";
  const moment = format({ weekday: "short", day: "numeric", month: "short", year: "numeric", hour, minute: "2-digit" });

  /** A day's heading: "Sun, 22 November", with the year when it is not this one; "22 Nov" where little room is. */
  function dayName(day: CalendarDay, room: "wide" | "narrow" = "wide", thisYear: number = new Date().getFullYear()): string {
    const here = day.year === thisYear;
    if (room === "narrow") return (here ? dayThisYear : dayOtherYear).format(dateOf(day));
    return here ? withComma(dateOf(day)) : weekdayOtherYear.format(dateOf(day));
  }

  /** Some languages set a comma after the weekday only where a year follows: here always, since both stand side by side. */
  function withComma(date: Date): string {
    const parts = weekdayThisYear.formatToParts(date);
    const [first, comma] = weekdayOtherYear.formatToParts(date);
    const begins = first?.type === "weekday" && parts[0]?.type === "weekday" && comma !== undefined;
    return (begins ? parts.with(1, comma) : parts).map(({ value }) => value).join("");
  }

  /** "21 November 2026", or "21 November" where that is `thisYear`. */
  function dateName(day: CalendarDay, thisYear?: number): string {
    return (day.year === thisYear ? dateThisYear : fullDate).format(dateOf(day));
  }

  /** "November 2026" of a month number (year × 12 + month − 1), or "Nov 2026". */
  function monthName(month: number, length: "long" | "short" = "long"): string {
    const date = new Date(Date.UTC(Math.floor(month / 12), month % 12, 1));
    return (length === "long" ? monthLong : monthShort).format(date);
  }

  /** "Sat, 21 Nov 2026, 16:42" of `YYYY-MM-DDTHH:mm:ss`. */
  function momentName(localAt: string): string {
    return moment.format(new Date(`${localAt.slice(0, 19)}Z`));
  }

  return { dayName, dateName, monthName, momentName };
}

export const { dayName, dateName, monthName, momentName } = datesIn();

/** The day of an instant by this browser's clock. */
export function localDay(instant: string): CalendarDay {
  const at = new Date(instant);
  return { year: at.getFullYear(), month: at.getMonth() + 1, day: at.getDate() };
}

/** The day of an instant, or of a date `YYYY-MM-DD`, where a day begins at midnight UTC. */
export function utcDay(instant: string): CalendarDay {
  const [year = 0, month = 1, day = 1] = new Date(instant).toISOString().slice(0, 10).split("-").map(Number);
  return { year, month, day };
}

/** The first day of the next month (UTC): budgets are counted by them. */
export function nextMonth(now: Date): CalendarDay {
  return utcDay(new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1)).toISOString());
}

function dateOf({ year, month, day }: CalendarDay): Date {
  return new Date(Date.UTC(year, month - 1, day));
}

/** "0:42", "1:02:03". */
export function durationName(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts[0] ? parts : parts.slice(1);
  return shown.map((part, i) => (i === 0 ? String(part) : String(part).padStart(2, "0"))).join(":");
}
