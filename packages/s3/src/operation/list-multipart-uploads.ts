import type { Call, Reply } from "../call.ts";
import { OWNER, xmlReply } from "../reply.ts";
import { nameEncoder, readCount } from "./list-objects.ts";

/** The uploads of a bucket that are neither completed nor aborted, by key and then by age. */
export async function listMultipartUploads({ target: { query, bucket }, disk }: Call): Promise<Reply> {
  const prefix = query.get("prefix") ?? "";
  const delimiter = query.get("delimiter") ?? "";
  const keyMarker = query.get("key-marker") ?? "";
  const idMarker = query.get("upload-id-marker") ?? "";
  const maxUploads = readCount(query, "max-uploads");
  const name = nameEncoder(query);
  const uploads = disk.multipart
    .list(bucket)
    .filter(({ key }) => key.startsWith(prefix))
    .toSorted(
      (a, b) => Buffer.from(a.key).compare(Buffer.from(b.key)) || a.startedAt.localeCompare(b.startedAt) || a.id.localeCompare(b.id),
    );
  const start = keyMarker === "" ? 0 : behind(uploads, keyMarker, idMarker);
  const groups = new Set<string>();
  const page: typeof uploads = [];
  let truncated = false;
  for (const upload of uploads.slice(start)) {
    const end = delimiter === "" ? -1 : upload.key.indexOf(delimiter, prefix.length);
    const group = end < 0 ? undefined : upload.key.slice(0, end + delimiter.length);
    if (group !== undefined && (groups.has(group) || group === keyMarker)) continue;
    truncated = groups.size + page.length >= maxUploads;
    if (truncated) break;
    if (group === undefined) page.push(upload);
    else groups.add(group);
  }
  const last = page.at(-1);
  return xmlReply("ListMultipartUploadsResult", {
    Bucket: bucket,
    KeyMarker: name(keyMarker),
    UploadIdMarker: idMarker,
    Prefix: name(prefix),
    Delimiter: delimiter === "" ? undefined : name(delimiter),
    EncodingType: query.get("encoding-type"),
    MaxUploads: maxUploads,
    IsTruncated: truncated,
    NextKeyMarker: truncated ? name(nextMarker([...groups].at(-1) ?? "", last?.key ?? "")) : undefined,
    NextUploadIdMarker: truncated ? last?.id : undefined,
    Upload: page.map((upload) => ({
      Key: name(upload.key),
      UploadId: upload.id,
      Initiator: OWNER,
      Owner: OWNER,
      StorageClass: "STANDARD",
      Initiated: upload.startedAt,
    })),
    CommonPrefixes: [...groups].map((group) => ({ Prefix: name(group) })),
  });
}

function nextMarker(group: string, key: string): string {
  return Buffer.from(group).compare(Buffer.from(key)) > 0 ? group : key;
}

/** The first upload behind the marker: of a later key, or of the same key and started later than the one named. */
function behind(uploads: readonly { key: string; id: string }[], key: string, id: string): number {
  const marked = uploads.findIndex((upload) => upload.key === key && upload.id === id);
  if (marked >= 0) return marked + 1;
  const later = uploads.findIndex((upload) => Buffer.from(upload.key).compare(Buffer.from(key)) > 0);
  return later < 0 ? uploads.length : later;
}
