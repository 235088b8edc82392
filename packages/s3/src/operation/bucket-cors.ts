import { readDocument } from "../body.ts";
import type { Call, Reply } from "../call.ts";
import { parseCors, writeCors } from "../cors.ts";
import { S3Error } from "../error.ts";
import { omit } from "../omit.ts";
import { xmlReply } from "../reply.ts";
import { amendSetting } from "./bucket.ts";

export async function getBucketCors({ target: { bucket }, disk }: Call): Promise<Reply> {
  const rules = disk.settings.get(bucket)?.cors;
  if (!rules) throw new S3Error("NoSuchCORSConfiguration", undefined, { BucketName: bucket });
  return xmlReply("CORSConfiguration", writeCors(rules));
}

export async function putBucketCors(call: Call): Promise<Reply> {
  const cors = parseCors(await readDocument(call.request, call.target.headers, call.signed));
  await amendSetting(call, (setting) => ({ ...setting, cors }));
  return { status: 200 };
}

export async function deleteBucketCors(call: Call): Promise<Reply> {
  await amendSetting(call, (setting) => omit(setting, "cors"));
  return { status: 204 };
}
