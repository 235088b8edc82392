const ASCII_LENGTH = 150;
/** With any extension too. */
const DEVICE = /^(?:aux|con|nul|prn|com\d|lpt\d)(?:\.|$)/iu;

/**
 * The `Content-Disposition` (RFC 6266) of a download, for a file name in any script: an ASCII `filename` for old clients and the exact one as
 * `filename*` (RFC 8187). Controls, bidi marks and path separators never get in, so the name cannot end the header, leave the folder or hide its
 * type.
 */
export function contentDisposition(name: string): string {
  const safe = fileName(name);
  const ascii = safe
    .normalize("NFKD")
    .replaceAll(/\p{M}+/gu, "")
    .replaceAll(/[^\x20-\x7e]+/gu, "_")
    .replaceAll(/["%\\]/gu, "_");
  return `attachment; filename="${shorten(ascii)}"; filename*=UTF-8''${encodeExtended(safe)}`;
}

/**
 * A name that any file system takes: no controls, bidi marks or `/ \ : * ? " < > |`, no leading or trailing dots and
 * spaces, and none that Windows keeps for its devices. Never empty.
 */
export function fileName(name: string): string {
  const safe = name
    .replaceAll(/\p{Cs}/gu, "\u{FFFD}")
    .replaceAll(/[\p{Cc}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\u2028\u2029]+/gu, "")
    .replaceAll(/[/\\:*?"<>|]+/gu, "_")
    .replaceAll(/^[.\s]+|[.\s]+$/gu, "");
  if (safe === "") return "file";
  return DEVICE.test(safe) ? `_${safe}` : safe;
}

function shorten(ascii: string): string {
  if (ascii.length <= ASCII_LENGTH) return ascii;
  const extension = /\.[A-Za-z0-9]{1,8}$/u.exec(ascii)?.[0] ?? "";
  return ascii.slice(0, ASCII_LENGTH - extension.length) + extension;
}

/** Percent-encodes everything outside `attr-char` of RFC 8187. */
function encodeExtended(text: string): string {
  return encodeURIComponent(text).replaceAll(/['()*]/gu, (character) => `%${character.codePointAt(0)!.toString(16).toUpperCase()}`);
}
