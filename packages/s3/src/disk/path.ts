import { join } from "node:path";

/**
 * The one place that maps object keys to file paths. Ordinary names are kept as they are; `%` starts an escape:
 *
 *   %XX   one ASCII character that a file system may refuse: control characters, `\ : * ? " < > |`, `%` itself, a final dot or space,
 *         the first letter of a reserved name (CON, nul.txt) or of a file that systems leave behind (.DS_Store, Thumbs.db, ._x)
 *   %-    nothing. It is the whole name of an empty segment (`a//b` is `a/%-/b`, the key `a/` is the file `a/%-`), and it sets two names
 *         apart that cannot stand side by side: `a` and `a/b` (file `a`, folder `a%-`), or names that differ only in case (`b%-.jpg`)
 *   %+    at the end of a name: the segment was too long for the file system and goes on in the folder's child
 *
 * Any `%` that is none of these stands for itself, so every path that a person makes has a key, and `keyOf(pathOf(key))` is `key`.
 */

/** Starts a path whose bytes are not UTF-8: they follow as Latin-1. No file system has NUL in a name. */
const RAW = "\0";

/** Longer segments are split. Every common file system takes 255 bytes (or UTF-16 units); some encrypting ones take 143 and refuse. */
const SEGMENT_BYTES = 240;
// oxlint-disable-next-line no-control-regex -- control characters are what this pattern is for
const UNSAFE = /[\u0000-\u001f\u007f\\:*?"<>|%]/gu;
const RESERVED = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])(?:\.|\s*$)/iu;
const LEFT_BEHIND = /^(?:\.ds_store|thumbs\.db|desktop\.ini|\._.*)$/iu;

/** Files that Finder or Explorer leave behind are not objects. An object of such a name is stored with its first letter escaped. */
export function isLeftBehind(name: string): boolean {
  return LEFT_BEHIND.test(name);
}

/** The path of `key` relative to its bucket's folder, with `/` between names. `key` is well-formed Unicode, not empty. */
export function pathOf(key: string): string {
  return key.split("/").map(encodeSegment).join("/");
}

/** A path as this server handles it, from the bytes that the file system gave: text, or the raw form when they are not UTF-8. */
export function pathFrom(bytes: Buffer): string {
  const text = bytes.toString("utf8");
  return text.includes("\ufffd") && !Buffer.from(text).equals(bytes) ? RAW + bytes.toString("latin1") : text;
}

/** A name in a folder; when either is in the raw form, so is the result. */
export function joinPath(folder: string, name: string): string {
  if (folder === "") return name;
  if (!folder.startsWith(RAW) && !name.startsWith(RAW)) return `${folder}/${name}`;
  return `${rawForm(folder)}/${rawForm(name).slice(1)}`;
}

function rawForm(path: string): string {
  return path.startsWith(RAW) ? path : RAW + Buffer.from(path).toString("latin1");
}

/** The path below `root` as Node's file system calls take it. */
export function nativePath(root: string, path: string): string | Buffer {
  if (!path.startsWith(RAW)) return join(root, path);
  return Buffer.concat([Buffer.from(`${root}/`), Buffer.from(path.slice(1), "latin1")]);
}

/** The key of any path relative to its bucket's folder. Bytes that are not UTF-8 appear as a literal `%XX` in the key. */
export function keyOf(path: string): string {
  const text = path.startsWith(RAW) ? decodeMixed(Buffer.from(path.slice(1), "latin1")) : path;
  return text
    .replaceAll("%+/", "")
    .split("/")
    .map((segment) =>
      segment.replaceAll(/%(?:-|([0-7][0-9a-fA-F]))/gu, (_, hex?: string) => (hex ? String.fromCodePoint(Number.parseInt(hex, 16)) : "")),
    )
    .join("/");
}

/** The same key under another name: `%-` is put before the extension of the segment at `depth` (0 is the first) of `path`. */
export function variantOf(path: string, depth: number): string {
  const names = path.split("/");
  const name = names[depth] ?? "";
  const long = name.endsWith("%+");
  const dot = depth === names.length - 1 ? name.lastIndexOf(".") : -1;
  const cut = dot > 0 ? dot : name.length - (long ? 2 : 0);
  names[depth] = `${name.slice(0, cut)}%-${name.slice(cut)}`;
  return names.join("/");
}

function encodeSegment(segment: string): string {
  if (segment === "") return "%-";
  let name = segment.replaceAll(UNSAFE, escape);
  if (segment === "..") return "%2E%2E";
  if (/[. ]$/u.test(name)) name = name.slice(0, -1) + escape(name.slice(-1));
  if (RESERVED.test(segment) || LEFT_BEHIND.test(segment)) name = escape(name.slice(0, 1)) + name.slice(1);
  return Buffer.byteLength(name) > SEGMENT_BYTES ? split(name) : name;
}

function escape(character: string): string {
  return `%${Buffer.from(character).toString("hex").toUpperCase().padStart(2, "0")}`;
}

/** Cuts between characters and never inside an escape. */
function split(name: string): string {
  const pieces: string[] = [];
  let piece = "";
  let bytes = 0;
  for (const [unit] of name.matchAll(/%[0-9A-F]{2}|./gsu)) {
    const size = Buffer.byteLength(unit);
    if (bytes + size > SEGMENT_BYTES - 2) {
      pieces.push(`${piece}%+`);
      piece = "";
      bytes = 0;
    }
    piece += unit;
    bytes += size;
  }
  return [...pieces, piece].map((part) => (RESERVED.test(part) || LEFT_BEHIND.test(part) ? `%-${part}` : part)).join("/");
}

/** Valid sequences become characters, each other byte a literal `%XX`. */
function decodeMixed(bytes: Buffer): string {
  let text = "";
  for (let at = 0; at < bytes.length;) {
    const lead = bytes.readUInt8(at);
    const length = [0x80, 0xe0, 0xf0, 0xf5].findIndex((limit) => lead < limit) + 1;
    const slice = bytes.subarray(at, at + length);
    const valid = length > 0 && Buffer.from(slice.toString("utf8")).equals(slice);
    text += valid ? slice.toString("utf8") : `%${lead.toString(16).toUpperCase()}`;
    at += valid ? length : 1;
  }
  return text;
}

/** Whether a path is in the raw form, whose names cannot be written anew. */
export function isRawPath(path: string): boolean {
  return path.startsWith(RAW);
}
