import type { Call, Reply } from "../call.ts";
import { OWNER, xmlReply } from "../reply.ts";
import { listPage, readListing, settled } from "./list-objects.ts";

/** Every object as its only version: there is no versioning. */
export async function listObjectVersions(call: Call): Promise<Reply> {
  const { query, bucket } = call.target;
  const { map, encode, ...listing } = readListing(call);
  const marker = query.get("key-marker");
  const page = await settled(call, listPage(map, { ...listing, after: marker }));
  return xmlReply("ListVersionsResult", {
    Name: bucket,
    Prefix: encode(listing.prefix),
    KeyMarker: encode(marker ?? ""),
    VersionIdMarker: query.get("version-id-marker") ?? "",
    Delimiter: listing.delimiter === "" ? undefined : encode(listing.delimiter),
    MaxKeys: listing.maxKeys,
    EncodingType: query.get("encoding-type"),
    IsTruncated: page.next !== undefined,
    NextKeyMarker: page.next === undefined ? undefined : encode(page.next),
    NextVersionIdMarker: page.next === undefined ? undefined : "null",
    Version: page.items.map((item) => ({
      Key: encode(item.key),
      VersionId: "null",
      IsLatest: true,
      LastModified: new Date(item.mtime).toISOString(),
      ETag: `"${item.etag}"`,
      Size: item.size,
      StorageClass: "STANDARD",
      Owner: OWNER,
    })),
    CommonPrefixes: page.prefixes.map((prefix) => ({ Prefix: encode(prefix) })),
  });
}
