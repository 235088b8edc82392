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
