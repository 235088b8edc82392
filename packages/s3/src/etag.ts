import type { DigestName } from "./checksum.ts";

/**
 * What an etag is made of. It is the MD5 of the content, which many tools compare with the file they sent. A client that pins the content
 * by `x-amz-checksum-sha256` has no use for it, and MD5 takes longer than all the rest of a PUT: its etag is made of the SHA-256, with
 * `-1` behind it, which tells every tool that it is no MD5, just as that of an upload in one part.
 */
export function etagDigest(wanted: ReadonlySet<DigestName>, checksum: DigestName | undefined): DigestName {
  return checksum === "sha256" && !wanted.has("md5") ? "sha256" : "md5";
}

/** The etag of content with these digests. */
export function etagOf(digests: ReadonlyMap<DigestName, Buffer>): string {
  const part = partEtagOf(digests);
  return digests.has("md5") ? part : `${part}-1`;
}

/** The etag of a part: always 32 hexadecimal digits. */
export function partEtagOf(digests: ReadonlyMap<DigestName, Buffer>): string {
  const digest = digests.get("md5") ?? digests.get("sha256");
  if (!digest) throw new Error("Neither the MD5 nor the SHA-256 was computed.");
  return digest.toString("hex", 0, 16);
}
