import { dateName, localDay } from "./dates.ts";

const words = new Intl.RelativeTimeFormat("en", { numeric: "always" });
const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;
const DAYS = 7;

/** How long ago an instant was or how soon it is, for a person: "just now", "5 minutes ago", "in 40 seconds"; a date when it is further away. */
export function agoText(instant: string, now: number = Date.now()): string {
  const seconds = Math.round((Date.parse(instant) - now) / 1000);
  const size = Math.abs(seconds);
  if (size >= DAYS * 86_400) return `on ${dateName(localDay(instant))}`;
  // What has not come yet is told to the nearest: a week that has just begun is not "in 6 days".
  const whole = seconds > 0 ? Math.round : Math.trunc;
  for (const [unit, length] of UNITS) if (size >= length) return words.format(whole(seconds / length), unit);
  if (seconds > 0) return words.format(seconds, "second");
  return "just now";
}
