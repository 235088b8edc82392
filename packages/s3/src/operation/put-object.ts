import { openBody } from "../body.ts";
import type { Call, Reply } from "../call.ts";
import { recheck, writeCondition } from "../condition.ts";
import type { Meta } from "../disk/entry.ts";
import { etagDigest, etagOf } from "../etag.ts";
import { checkPutHeaders, checksumHeaders, readMeta, withHoisted } from "../metadata.ts";
import { readTagHeader } from "../tag.ts";

/** Stores the body under the key. The answer comes after the object and its record are durable. */
export async function putObject(call: Call): Promise<Reply> {
  const { target, disk, request, signed } = call;
  const { bucket, key, headers } = target;
  const said = withHoisted(target);
  checkPutHeaders(said);
  const check = writeCondition(headers);
  check?.(await disk.head(bucket, key));
  const meta: Meta = { ...readMeta(said), ...readTagHeader(said) };
  const body = openBody(request, headers, signed);
  const received = await disk.receive(body.chunks, new Set([etagDigest(body.wanted, body.pinned), ...body.wanted]), body.size);
  try {
    body.verify(received.size, received.digests);
    const checksum = body.checksum;
    const value = checksum && received.digests.get(checksum)?.toString("base64");
    if (checksum && value !== undefined) meta.checksum = { name: checksum, value };
    const etag = etagOf(received.digests);
    const entry = await disk.commit(bucket, key, received, { etag, meta }, recheck(check));
    call.emit("ObjectCreated:Put", bucket, key, entry);
    return { status: 200, headers: { etag: `"${etag}"`, ...checksumHeaders(entry) } };
  } catch (error) {
    await disk.discard(received);
    throw error;
  }
}
