/** Something that happened to an object, told after it is durable. `size` and `etag` are absent on removal. */
export type ObjectEvent = {
  name:
    | "ObjectCreated:Put"
    | "ObjectCreated:Post"
    | "ObjectCreated:Copy"
    | "ObjectCreated:CompleteMultipartUpload"
    | "ObjectRemoved:Delete"
    | "ObjectTagging:Put"
    | "ObjectTagging:Delete";
  bucket: string;
  key: string;
  size?: number;
  etag?: string;
  /** ISO 8601. */
  at: string;
  /** Hexadecimal; of two events of one key the later has the greater one. */
  sequencer: string;
};

/** What it gives back is waited for only where a whole folder of files is told of. */
export type EventListener = (event: ObjectEvent) => unknown;

let last = 0;

/** Grows with every event, also over restarts: milliseconds and a counter. */
export function nextSequencer(now: number): string {
  last = Math.max(last + 1, now * 1024);
  return last.toString(16).toUpperCase().padStart(16, "0");
}
