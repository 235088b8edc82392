import { readDocument } from "../body.ts";
import type { Call, Reply } from "../call.ts";
import { S3Error } from "../error.ts";
import { xmlReply } from "../reply.ts";
import { mayTouch } from "../scope.ts";
import { childrenOf, childText, parseXml, type XmlChildren } from "../xml.ts";

const MAX_KEYS = 1000;
const PARALLEL = 16;

type Wanted = { key: string; etag: string | undefined; version: string | undefined };

/** Removes up to 1,000 objects; each has its own answer. */
export async function deleteObjects(call: Call): Promise<Reply> {
  const root = parseXml(await readDocument(call.request, call.target.headers, call.signed));
  const wanted = childrenOf(root, "Object").map((element) => ({
    key: childText(element, "Key") ?? "",
    etag: childText(element, "ETag"),
    version: childText(element, "VersionId"),
  }));
  if (root.name !== "Delete" || wanted.length === 0 || wanted.length > MAX_KEYS) throw new S3Error("MalformedXML");
  if (wanted.some(({ key }) => key === "")) throw new S3Error("MalformedXML");
  const quiet = childText(root, "Quiet")?.trim() === "true";
  const answers: XmlChildren[] = Array.from(wanted, () => ({}));
  const rest = wanted.entries();
  const work = async (): Promise<void> => {
    for (const [index, item] of rest) answers[index] = await deleteOne(call, item, quiet);
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
  return xmlReply("DeleteResult", {
    Deleted: answers.flatMap(({ Deleted }) => (Deleted === undefined ? [] : [Deleted])),
    Error: answers.flatMap(({ Error: error }) => (error === undefined ? [] : [error])),
  });
}

async function deleteOne(call: Call, { key, etag, version }: Wanted, quiet: boolean): Promise<XmlChildren> {
  const { bucket } = call.target;
  try {
    if (!mayTouch(call.signed.credential, bucket, key)) throw new S3Error("AccessDenied");
    if (version !== undefined && version !== "" && version !== "null") throw new S3Error("NoSuchVersion");
    const isThis = etag?.replaceAll('"', "");
    const check = (current: { etag: string } | undefined): void => {
      if (isThis !== current?.etag) throw new S3Error("PreconditionFailed");
    };
    const removed = await call.disk.remove(bucket, key, isThis === undefined ? undefined : check);
    if (removed) call.emit("ObjectRemoved:Delete", bucket, key);
    return quiet ? {} : { Deleted: { Key: key } };
  } catch (error) {
    if (!(error instanceof S3Error)) throw error;
    return { Error: { Key: key, Code: error.code, Message: error.message } };
  }
}
