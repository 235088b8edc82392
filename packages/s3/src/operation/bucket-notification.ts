import { readDocument } from "../body.ts";
import type { Call, Reply } from "../call.ts";
import { parseNotification, writeNotification } from "../notification.ts";
import { xmlReply } from "../reply.ts";
import { amendSetting } from "./bucket.ts";

export async function getBucketNotification({ target: { bucket }, disk }: Call): Promise<Reply> {
  return xmlReply("NotificationConfiguration", writeNotification(disk.settings.get(bucket)?.notification ?? []));
}

export async function putBucketNotification(call: Call): Promise<Reply> {
  const text = await readDocument(call.request, call.target.headers, call.signed);
  const notification = parseNotification(text, call.webhooks);
  await amendSetting(call, (setting) => ({ ...setting, notification }));
  return { status: 200 };
}
