import { z } from "zod";
import { jsonIn } from "#kernel";
import { INBOX, INCOMING, LIBRARY } from "#storage";

/** That something may have happened to what lies at a key; the rest where it is told, and told once. */
export type Hint = { key: string; is?: "copied" | "removed"; etag?: string; at?: Date };

/** Something that happened to an object, with every key that the message may mean. */
type Happened = { name: string; bucket: string; keys: readonly string[]; etag?: string | undefined; at?: string | undefined };

const Told = { etag: z.string().optional().catch(undefined), at: z.string().optional().catch(undefined) };

/** An event of our own S3 server, in process: the key is as it is. */
const StoreEvent = z.object({ name: z.string(), bucket: z.string(), key: z.string().min(1), ...Told });
export type StoreEvent = z.infer<typeof StoreEvent>;

/** The message shape of AWS, MinIO, RustFS, Ceph, versitygw and our own server. */
const Records = z.object({
  Records: z.array(
    z.object({
      eventName: z.string(),
      eventTime: Told.at,
      s3: z.object({ bucket: z.object({ name: z.string() }), object: z.object({ key: z.string().min(1), eTag: Told.etag }) }),
    }),
  ),
});

/** AWS's EventBridge: `Object Created`, and the key is as it is. */
const Bridged = z.object({
  "detail-type": z.string(),
  detail: z.object({ bucket: z.object({ name: z.string() }), object: z.object({ key: z.string().min(1) }) }),
});

/** Cloudflare R2's message to its queue, of an object that was written (`PutObject`, `CopyObject`, …) or removed; the key is as it is. */
const Bound = z.object({
  action: z.string(),
  bucket: z.string(),
  object: z.object({ key: z.string().min(1), eTag: Told.etag }),
  eventTime: Told.at,
});
const R2_ACTION = /^(?:PutObject|CopyObject|CompleteMultipartUpload|DeleteObject|LifecycleDeletion)$/u;

/** SeaweedFS's filer: the path of a file in its tree, and, when it was created, changed or moved, the folder and the name that it has now. */
const Filed = z.object({
  key: z.string().startsWith("/"),
  message: z.object({ new_entry: z.object({ name: z.string() }).nullish(), new_parent_path: z.string().nullish() }),
});
const FILER_PATH = /^\/buckets\/(?<bucket>[^/]+)\/(?<key>.+)$/su;

/** What AWS and versitygw send to try a target out. */
const Test = z.object({ Event: z.literal("s3:TestEvent") });

/** The messages in which queues and topics carry others, as text: SNS; SQS as it is received; SQS and SNS as they call a function. */
const Wrapped = z.union([
  z.object({ Message: z.string() }).transform(({ Message }) => [Message]),
  z.object({ Body: z.string() }).transform(({ Body }) => [Body]),
  z.object({ Messages: z.array(z.object({ Body: z.string() })) }).transform(({ Messages }) => Messages.map(({ Body }) => Body)),
  z.object({ Records: z.array(z.object({ body: z.string() })) }).transform(({ Records: all }) => all.map(({ body }) => body)),
  z
    .object({ Records: z.array(z.object({ Sns: z.object({ Message: z.string() }) })) })
    .transform(({ Records: all }) => all.map(({ Sns }) => Sns.Message)),
]);
/** S3 → SNS → SQS. */
const MOST_WRAPS = 2;

/** Changes of bytes; changes of tags are none. */
const OF_BYTES = /^(?:s3:)?Object ?(?:Created|Removed|Deleted|Restore)/u;

/** The longest key that S3 allows, in bytes. */
const KEY_LIMIT = 1024;
/** NUL and halves of characters. */
const UNSTORABLE = /[\0\p{Surrogate}]/u;

/**
 * What a store's message says that happened under `library/`, `incoming/` and `inbox/`; undefined when it is no message
 * of a store that we know. Only hints: the object's present state decides, so removals count too. AWS, MinIO, RustFS and our own server
 * form-encode keys (`+` is a space), Ceph and versitygw do not, and no message says which: where the two readings differ both are given, and
 * the one that is not there does no harm. A store's test of its target (`s3:TestEvent`) has none.
 */
export function hints(message: unknown, bucket: string): Hint[] | undefined {
  const happened = read(message, MOST_WRAPS);
  return happened && ours(happened, bucket).filter(({ key }) => isKey(key));
}

/** Where something of ours can come to be; what we derive is no news to us. */
const OURS = [LIBRARY, INCOMING, INBOX];

function ours(events: readonly Happened[], bucket: string): Hint[] {
  const found = new Map<string, Hint>();
  for (const event of events.filter(({ bucket: other, name }) => other === bucket && OF_BYTES.test(name))) {
    for (const key of event.keys.filter((each) => OURS.some((prefix) => each.startsWith(prefix)))) {
      // Of two events of one key neither says how it is now.
      found.set(key, found.has(key) ? { key } : { key, ...factsOf(event) });
    }
  }
  return [...found.values()];
}

const COPIED = /^(?:s3:)?ObjectCreated:Copy$/u;
const REMOVED = /^(?:s3:)?Object ?(?:Removed|Deleted)/u;

function factsOf({ name, etag, at }: Happened): Omit<Hint, "key"> {
  const time = at === undefined ? undefined : new Date(at);
  return {
    ...(COPIED.test(name) && { is: "copied" }),
    ...(REMOVED.test(name) && { is: "removed" }),
    ...(etag !== undefined && { etag: etag.replaceAll('"', "") }),
    ...(time && !Number.isNaN(time.getTime()) && { at: time }),
  };
}

/** What no object can be called, and no database can hold. */
function isKey(key: string): boolean {
  return !UNSTORABLE.test(key) && new TextEncoder().encode(key).length <= KEY_LIMIT;
}

function read(message: unknown, wraps: number): Happened[] | undefined {
  const event = StoreEvent.safeParse(message);
  if (event.success) return [{ ...event.data, keys: [event.data.key] }];
  const records = Records.safeParse(message);
  if (records.success) return records.data.Records.map(fromRecord);
  const bridged = Bridged.safeParse(message);
  if (bridged.success) return [fromBridge(bridged.data)];
  const bound = Bound.safeParse(message);
  if (bound.success) return fromR2(bound.data);
  const filed = Filed.safeParse(message);
  if (filed.success) return fromFiler(filed.data);
  if (Test.safeParse(message).success) return [];
  const wrapped = wraps > 0 ? Wrapped.safeParse(message).data : undefined;
  const inner = wrapped?.map((text) => read(jsonIn(text), wraps - 1)).filter((happened) => happened !== undefined);
  return inner && inner.length > 0 ? inner.flat() : undefined;
}

function fromRecord({ eventName, eventTime: at, s3 }: z.infer<typeof Records>["Records"][number]): Happened {
  const { key, eTag: etag } = s3.object;
  return { name: eventName, bucket: s3.bucket.name, keys: [...new Set([formDecoded(key), key])], etag, at };
}

function fromBridge({ "detail-type": name, detail }: z.infer<typeof Bridged>): Happened {
  return { name, bucket: detail.bucket.name, keys: [detail.object.key] };
}

const R2_NAMES: Readonly<Record<string, string>> = {
  CopyObject: "ObjectCreated:Copy",
  DeleteObject: "ObjectRemoved",
  LifecycleDeletion: "ObjectRemoved",
};

function fromR2({ action, bucket, object: { key, eTag: etag }, eventTime: at }: z.infer<typeof Bound>): Happened[] {
  return R2_ACTION.test(action) ? [{ name: R2_NAMES[action] ?? "ObjectCreated", bucket, keys: [key], etag, at }] : [];
}

/** A move is told once, with both paths. What it is called matters not: the object's state decides. */
function fromFiler({ key, message: { new_entry: entry, new_parent_path: folder } }: z.infer<typeof Filed>): Happened[] {
  const paths = [key, ...(entry && folder ? [`${folder}/${entry.name}`] : [])];
  return paths.flatMap((path) => {
    const { bucket, key: inBucket } = FILER_PATH.exec(path)?.groups ?? {};
    return bucket !== undefined && inBucket !== undefined ? [{ name: "ObjectCreated", bucket, keys: [inBucket] }] : [];
  });
}

function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}
