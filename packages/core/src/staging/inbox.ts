import { bytesToHex } from "@noble/hashes/utils.js";
import { chooseTaken, fromMs } from "#date";
import type * as Ingest from "#ingest";
import type { Ctx } from "#kernel";
import { fallbackOf, readMetadata, sourceOf, type Ports } from "#media";
import type { ObjectHead } from "#storage";
import type * as Upload from "#upload";

/** What a tool writes under another name before it is whole. */
const UNFINISHED = /\.(?:partial|part|filepart|crdownload)$/iu;
/** Hidden files and folders, and what systems and file servers keep for themselves: thumbnails, old versions, what was thrown away. */
const HIDDEN =
  /^(?:\..*|@eaDir|#recycle|#snapshot|\$RECYCLE\.BIN|System Volume Information|lost\+found|thumbs\.db|ehthumbs\.db|desktop\.ini)$/iu;
const LAST_YEAR = Date.UTC(2200, 0);

/**
 * So long a file in the inbox is left as it came: mounted buckets write it empty first and copy it onto itself afterwards, and where the store is a
 * folder somebody may still be writing it.
 */
export const REST_MS = 5000;

/** Whether nobody has just written it. A store whose clock is ahead of ours cannot tell. */
export function isAtRest({ lastModified }: Pick<ObjectHead, "lastModified">, now: Date): boolean {
  const age = now.getTime() - lastModified.getTime();
  return age >= REST_MS || age < -REST_MS;
}

/** Whether a file at this path of somebody's folder is not to be taken (yet). */
export function isPassedOver(path: string): boolean {
  return UNFINISHED.test(path) || path.split("/").some((part) => HIDDEN.test(part));
}

/**
 * The file's own time, in milliseconds: what rclone (`mtime`, seconds with a fraction), s3cmd (`s3cmd-attrs`) or mc (`mc-attrs`) wrote beside it,
 * else when it came to the store.
 */
export function modifiedMs({ meta = {}, lastModified }: Pick<ObjectHead, "meta" | "lastModified">): number {
  const attributes = meta["s3cmd-attrs"] ?? meta["mc-attrs"] ?? "";
  const text = meta["mtime"] ?? /(?:^|\/)mtime:(\d+)/u.exec(attributes)?.[1] ?? "";
  const ms = /^\d+(?:\.\d+)?$/u.test(text) ? Math.trunc(Number(text) * 1000) : 0;
  return ms > 0 && ms < LAST_YEAR ? ms : lastModified.getTime();
}

/** A file in the inbox as an upload announces it; what is only known of its bytes is still missing. */
export function fileOf(head: ObjectHead, name: string) {
  const modifiedAt = fromMs(modifiedMs(head));
  return { name, size: head.size, type: head.type, modifiedAt, modifiedOffset: 0 };
}

/** The same of a file that was read. Its month is that in which the timeline will show it; `isQuick` leaves out reading it for that. */
export async function announced(
  ctx: Ctx,
  ports: Ports,
  file: ReturnType<typeof fileOf>,
  read: Ingest.Hashed & { head: ObjectHead },
  isQuick: boolean,
): Promise<Upload.NewFile> {
  const { head, sha256, format, bytes, known } = read;
  const asset = { key: head.key, name: file.name, createdAt: ctx.now() };
  const modified = { at: file.modifiedAt, offset: file.modifiedOffset };
  const fallback = fallbackOf({ asset, modified });
  const found = isQuick
    ? chooseTaken({ clocks: [], instants: [] }, fallback)
    : await readMetadata(ctx, ports, { asset, format, bytes, source: sourceOf(ctx, head, known), modified });
  return { ...file, sha256: bytesToHex(sha256), takenAt: found.localAt };
}
