import { readDocument } from "../body.ts";
import type { Call, Reply } from "../call.ts";
import { S3Error } from "../error.ts";
import { omit } from "../omit.ts";
import { xmlReply } from "../reply.ts";
import { parseTags, type Tags, tagSet } from "../tag.ts";

export async function getObjectTagging({ target: { bucket, key }, disk }: Call): Promise<Reply> {
  const entry = await disk.head(bucket, key);
  if (!entry) throw new S3Error("NoSuchKey", undefined, { Key: key });
  return xmlReply("Tagging", tagSet(entry.meta.tags ?? []));
}

export async function putObjectTagging(call: Call): Promise<Reply> {
  const tags = parseTags(await readDocument(call.request, call.target.headers, call.signed), "object");
  await setTags(call, tags, "ObjectTagging:Put");
  return { status: 200 };
}

export async function deleteObjectTagging(call: Call): Promise<Reply> {
  await setTags(call, [], "ObjectTagging:Delete");
  return { status: 204 };
}

async function setTags(call: Call, tags: Tags, event: "ObjectTagging:Put" | "ObjectTagging:Delete"): Promise<void> {
  const { bucket, key } = call.target;
  const entry = await call.disk.amend(bucket, key, (now) => ({
    ...now,
    meta: tags.length > 0 ? { ...now.meta, tags } : omit(now.meta, "tags"),
  }));
  if (!entry) throw new S3Error("NoSuchKey", undefined, { Key: key });
  call.emit(event, bucket, key, entry);
}
