import { describe, expect, it } from "vitest";
import { decodeEntry, decodeSummary, encodeEntry, fingerprint, isUnsettled, type ObjectEntry } from "./entry.ts";

const HEX = "0123456789abcdef0123456789abcdef";
const entry: ObjectEntry = { size: 2 ** 41, mtime: 1_700_000_000_000.123, inode: 2 ** 52, etag: HEX, meta: {} };
const byHand = fingerprint(entry);

describe("an entry", () => {
  it.each<[string, ObjectEntry]>([
    ["of a PUT", entry],
    ["of a PUT in one part", { ...entry, etag: `${HEX}-1` }],
    [
      "of 10,000 parts, elsewhere, with all that a client said",
      { ...entry, etag: `${HEX}-10000`, path: "a%-/é", meta: { type: "é", parts: [1, 2] } },
    ],
    ["that tells when anything was done to its file", { ...entry, ctime: 1_700_000_000_000.456 }],
    ["that tells it and lies elsewhere", { ...entry, ctime: 1.5, path: "a%-/é", meta: { type: "é" } }],
    ["of a file put there by hand", { ...entry, etag: byHand }],
    ["of such a file that nobody was told of", { ...entry, etag: byHand, untold: true }],
    ["of a touched file", { ...entry, etag: "", meta: { formerEtag: HEX } }],
  ])("%s comes back as it was", (_, given) => {
    const encoded = encodeEntry(given);
    expect(decodeEntry(encoded)).toEqual(given);
    expect(decodeSummary(encoded)).toEqual({ size: given.size, mtime: given.mtime, etag: given.etag });
    expect(isUnsettled(encoded)).toBe(given.etag === "" || given.untold === true);
  });
});

it("is read as it was written before it told when anything was done to its file", () => {
  const old =
    "0000000000008042f8018056febc78420000000000003043fdff0123456789abcdef0123456789abcdef0400612f25627b2274797065223a22782f79227d";
  expect(decodeEntry(Buffer.from(old, "hex"))).toEqual({ ...entry, etag: `${HEX}-0`, untold: true, path: "a/%b", meta: { type: "x/y" } });
});

describe("a fingerprint", () => {
  it("changes with size and time, and is no MD5", () => {
    expect(new Set([byHand, fingerprint({ ...entry, size: 1 }), fingerprint({ ...entry, mtime: entry.mtime + 0.001 })]).size).toBe(3);
    expect(byHand).toMatch(/^[0-9a-f]{32}-0$/u);
  });
});
