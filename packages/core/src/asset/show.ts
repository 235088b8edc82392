/** Media types that a browser shows and that cannot carry script. Everything else leaves the store as an attachment; SVG and HTML always. */
const INLINE: ReadonlySet<string> = new Set([
  "image/avif",
  "image/gif",
  "image/jpeg",
  "image/png",
  "image/webp",
  "video/mp4",
  "video/quicktime",
  "video/webm",
]);

/** Whether an original of this media type (found by its bytes, never told by the client) may be shown in the page. */
export function isInline(type: string): boolean {
  return INLINE.has(type);
}

/**
 * A file's name as the interface shows it. The row keeps the name as given; shown are neither controls and line breaks (they become spaces)
 * nor bidi marks (`cod.exe` can pose as a photo with one). Never empty.
 */
export function displayName(name: string): string {
  const shown = name
    .replaceAll(/\p{Cs}/gu, "\u{FFFD}")
    .replaceAll(/[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]+/gu, "")
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " ")
    .trim();
  return shown === "" ? "Untitled" : shown;
}
