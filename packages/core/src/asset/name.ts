/**
 * A file's name as the interface shows it. The row keeps the name as given; shown are neither controls and line breaks (they become spaces)
 * nor bidi marks (`cod.exe` can pose as a photo with one). Never empty.
 */
export function displayName(name: string): string {
  const shown = name
    .replace(/\p{Cs}/gu, "\u{FFFD}")
    .replace(/[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]+/gu, "")
    .replace(/[\p{Cc}\u2028\u2029]+/gu, " ")
    .trim();
  return shown === "" ? "Untitled" : shown;
}
