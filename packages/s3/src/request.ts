import type { IncomingMessage } from "node:http";
import { S3Error } from "./error.ts";

/** Query parameters in the order in which they came, decoded. */
export type Query = {
  get(name: string): string | undefined;
  has(name: string): boolean;
  entries: readonly (readonly [string, string])[];
};

/**
 * An HTTP request with its target taken apart. `bucket` and `key` are empty where the path has none.
 * `headers` has every value of a name joined by `,`, as bytes in Latin-1, just as the signature covers them.
 */
export type Target = { method: string; path: string; bucket: string; key: string; query: Query; headers: ReadonlyMap<string, string> };

const KEY_BYTES = 1024;

/** Takes apart a path-style request. Throws InvalidURI for bytes that are not UTF-8 and KeyTooLongError above 1,024 bytes. */
export function parseTarget(request: IncomingMessage): Target {
  const url = (request.url ?? "/").replace(/^https?:\/\/[^/?]*/iu, "");
  const mark = url.indexOf("?");
  const path = decode(mark < 0 ? url : url.slice(0, mark));
  const [, bucket = "", key = ""] = /^\/([^/]*)\/?(.*)$/su.exec(path) ?? [];
  if (Buffer.byteLength(key) > KEY_BYTES) {
    throw new S3Error("KeyTooLongError", undefined, { Size: String(Buffer.byteLength(key)), MaxSizeAllowed: String(KEY_BYTES) });
  }
  return {
    method: request.method ?? "GET",
    path,
    bucket,
    key,
    query: parseQuery(mark < 0 ? "" : url.slice(mark + 1)),
    headers: joinHeaders(request.rawHeaders),
  };
}

export function parseQuery(text: string): Query {
  const pairs = text.split("&").filter((pair) => pair !== "");
  const entries = pairs.map((pair) => {
    const equals = pair.indexOf("=");
    const name = equals < 0 ? pair : pair.slice(0, equals);
    return [decode(name.replaceAll("+", " ")), equals < 0 ? "" : decode(pair.slice(equals + 1).replaceAll("+", " "))] as const;
  });
  const first = new Map(entries.toReversed());
  return { get: (name) => first.get(name), has: (name) => first.has(name), entries };
}

/** A header's bytes read as UTF-8 where they are UTF-8; Node hands them over as Latin-1. */
export function headerText(value: string): string {
  const bytes = Buffer.from(value, "latin1");
  const text = bytes.toString("utf8");
  return text.includes("\ufffd") ? value : text;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new S3Error("InvalidURI");
  }
}

function joinHeaders(raw: readonly string[]): Map<string, string> {
  const headers = new Map<string, string>();
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = (raw[at] ?? "").toLowerCase();
    const value = raw[at + 1] ?? "";
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before},${value}`);
  }
  return headers;
}
