import { thumbHashToAverageRGBA, thumbHashToDataURL } from "thumbhash";

/** Decoded pictures kept; each is about 4 KB of text. */
const KEPT = 400;

const decoded = new Map<string, string>();
const wishes = new Map<string, (url: string) => void>();
let idle = 0;

/** The average colour of a picture from its thumbhash, as CSS. */
export function averageColour(thumbhash: string): string {
  const { r, g, b } = thumbHashToAverageRGBA(bytesOf(thumbhash));
  return `rgb(${Math.round(r * 255)} ${Math.round(g * 255)} ${Math.round(b * 255)})`;
}

/** The blurred picture as a data URL, if it has been decoded before. */
export function blurOf(thumbhash: string): string | undefined {
  const url = decoded.get(thumbhash);
  if (!url) return undefined;
  decoded.delete(thumbhash);
  decoded.set(thumbhash, url);
  return url;
}

/** Decodes a thumbhash when the page is idle. The newest wish for the same hash replaces the older one. */
export function blurWhenIdle(thumbhash: string, paint: (url: string) => void): void {
  wishes.set(thumbhash, paint);
  if (idle === 0) idle = whenIdle(work);
}

/** Withdraws a wish. */
export function forgetBlur(thumbhash: string): void {
  wishes.delete(thumbhash);
}

function work(deadline: { timeRemaining(): number }): void {
  idle = 0;
  for (const [thumbhash, paint] of wishes) {
    if (deadline.timeRemaining() < 2) break;
    wishes.delete(thumbhash);
    paint(keep(thumbhash));
  }
  if (wishes.size > 0) idle = whenIdle(work);
}

function keep(thumbhash: string): string {
  const url = decoded.get(thumbhash) ?? thumbHashToDataURL(bytesOf(thumbhash));
  decoded.set(thumbhash, url);
  const oldest = decoded.keys().next().value;
  if (decoded.size > KEPT && oldest !== undefined) decoded.delete(oldest);
  return url;
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (char) => char.codePointAt(0) ?? 0);
}

/** Safari has no requestIdleCallback. */
function whenIdle(run: (deadline: { timeRemaining(): number }) => void): number {
  if ("requestIdleCallback" in window) return requestIdleCallback(run);
  const begin = performance.now();
  return setTimeout(() => run({ timeRemaining: () => 12 - (performance.now() - begin) }), 30);
}
