/** Bytes spelled as Latin-1 text, numbers and other bytes, one after the other. */
export function spelled(...parts: (string | readonly number[] | Uint8Array)[]): Uint8Array<ArrayBuffer> {
  const codes = (text: string): number[] => Array.from(text, (character) => character.codePointAt(0) ?? 0);
  return Uint8Array.from(parts.flatMap((part) => [...(typeof part === "string" ? codes(part) : part)]));
}

/** A box of an ISO media file. */
export function box(type: string, ...content: (string | readonly number[] | Uint8Array)[]): Uint8Array<ArrayBuffer> {
  const body = spelled(...content);
  const size = 8 + body.length;
  return spelled([size >>> 24, (size >> 16) & 255, (size >> 8) & 255, size & 255], type, body);
}
