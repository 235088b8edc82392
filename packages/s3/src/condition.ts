import type { Check } from "./disk/objects.ts";
import type { ObjectEntry } from "./disk/entry.ts";
import { S3Error } from "./error.ts";

type Headers = ReadonlyMap<string, string>;

/**
 * The condition of a PUT, Complete or Copy: `If-None-Match: *` (the key must be free) or `If-Match` (this very version must be there). Undefined
 * when there is none: then nobody has to look at what is there.
 */
export function writeCondition(headers: Headers): Check | undefined {
  const ifMatch = headers.get("if-match");
  const ifNoneMatch = headers.get("if-none-match");
  if (ifNoneMatch !== undefined && ifNoneMatch.trim() !== "*") {
    throw new S3Error("NotImplemented", "If-None-Match on a write takes only *.", { Header: "If-None-Match" });
  }
  if (ifMatch === undefined && ifNoneMatch === undefined) return undefined;
  return (current) => {
    if (ifNoneMatch !== undefined && current) throw new S3Error("PreconditionFailed", undefined, { Condition: "If-None-Match" });
    if (ifMatch === undefined) return;
    if (!current) throw new S3Error("NoSuchKey");
    if (!matches(ifMatch, current.etag)) throw new S3Error("PreconditionFailed", undefined, { Condition: "If-Match" });
  };
}

/**
 * The same condition, looked at twice: now, before a body is read, and when nobody else can change the key. An object that went away
 * in between is a conflict, not a missing key.
 */
export function recheck(check: Check | undefined): Check | undefined {
  if (!check) return undefined;
  return (current) => {
    try {
      check(current);
    } catch (error) {
      if (error instanceof S3Error && error.code === "NoSuchKey") {
        throw new S3Error("ConditionalRequestConflict", undefined, { Condition: "If-Match" });
      }
      throw error;
    }
  };
}

/**
 * The conditions of a GET or HEAD (RFC 9110), or those of a copy's source with their prefix. False when the client has this version
 * already. Throws PreconditionFailed.
 */
export function checkRead(headers: Headers, entry: ObjectEntry, prefix = ""): boolean {
  const failed = (condition: string) => new S3Error("PreconditionFailed", undefined, { Condition: condition });
  const ifMatch = headers.get(`${prefix}if-match`);
  const ifNoneMatch = headers.get(`${prefix}if-none-match`);
  const unmodifiedSince = seconds(headers.get(`${prefix}if-unmodified-since`));
  const modifiedSince = seconds(headers.get(`${prefix}if-modified-since`));
  const modified = Math.floor(entry.mtime / 1000);
  if (ifMatch !== undefined && !matches(ifMatch, entry.etag)) throw failed("If-Match");
  if (ifMatch === undefined && unmodifiedSince !== undefined && modified > unmodifiedSince) throw failed("If-Unmodified-Since");
  const unchanged = ifNoneMatch === undefined ? modifiedSince !== undefined && modified <= modifiedSince : matches(ifNoneMatch, entry.etag);
  if (!unchanged) return true;
  if (prefix !== "") throw failed(ifNoneMatch === undefined ? "If-Modified-Since" : "If-None-Match");
  return false;
}

/** Whether an `If-Range` header, when there is one, still allows a partial answer. */
export function rangeStillHolds(headers: Headers, entry: ObjectEntry): boolean {
  const ifRange = headers.get("if-range");
  if (ifRange === undefined) return true;
  if (ifRange.startsWith('"')) return matches(ifRange, entry.etag);
  return seconds(ifRange) === Math.floor(entry.mtime / 1000);
}

function matches(list: string, etag: string): boolean {
  return list.split(",").some((item) => {
    const wanted = item.trim();
    return wanted === "*" || wanted.replace(/^W\//u, "").replaceAll('"', "") === etag;
  });
}

function seconds(date: string | undefined): number | undefined {
  const time = date === undefined ? Number.NaN : Date.parse(date);
  return Number.isNaN(time) ? undefined : Math.floor(time / 1000);
}
