import { z } from "zod";
import { LIBRARY } from "#storage";

/** An event of our own S3 server, in process: the key is as it is. */
const StoreEvent = z.object({ name: z.string(), bucket: z.string(), key: z.string().min(1) });
export type StoreEvent = z.infer<typeof StoreEvent>;

/** The message shape of AWS, MinIO, RustFS, Ceph and versitygw. */
const Records = z.object({
  Records: z.array(
    z.object({
      eventName: z.string(),
      s3: z.object({ bucket: z.object({ name: z.string() }), object: z.object({ key: z.string().min(1) }) }),
    }),
  ),
});

/** Changes of bytes; changes of tags are none. */
const OF_BYTES = /^(?:s3:)?Object(?:Created|Removed|Restore)/u;

/**
 * The keys under `library/` of which a store's message says that something happened. Only hints: the object's present state decides, so removals
 * count too. AWS, MinIO and RustFS form-encode keys (`+` is a space), Ceph and versitygw do not, and no message says which: where the two
 * readings differ both are given, and the one that is not there does no harm. A message of another shape (`s3:TestEvent`) has none.
 */
export function hints(message: unknown, bucket: string): string[] {
  const event = StoreEvent.safeParse(message);
  if (event.success) return ours([{ name: event.data.name, bucket: event.data.bucket, keys: [event.data.key] }], bucket);
  const parsed = Records.safeParse(message);
  if (!parsed.success) return [];
  const events = parsed.data.Records.map(({ eventName, s3 }) => ({
    name: eventName,
    bucket: s3.bucket.name,
    keys: [formDecoded(s3.object.key), s3.object.key],
  }));
  return ours(events, bucket);
}

function ours(events: readonly { name: string; bucket: string; keys: readonly string[] }[], bucket: string): string[] {
  const keys = events.filter((event) => event.bucket === bucket && OF_BYTES.test(event.name)).flatMap((event) => event.keys);
  return [...new Set(keys)].filter((key) => key.startsWith(LIBRARY));
}

function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}
