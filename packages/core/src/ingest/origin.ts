import { bytesToHex } from "@noble/hashes/utils.js";
import { eq } from "drizzle-orm";
import { user } from "#account/table";
import { fromMs } from "#date";
import type { Ctx } from "#kernel";
import type { AssetRow } from "#media";
import { handleOf, nameFromKey, type ObjectHead } from "#storage";
import * as Upload from "#upload";

type Bytes = { size: number; sha256: Uint8Array };

/** Where an object under `library/` comes from: a client's upload, or, without `expected`, a hand or a tool that put it there. */
export type Origin = {
  ownerId: string;
  name: string;
  modified: { at: string; offset: number | null };
  expected: Upload.Expected | undefined;
};

/**
 * The file's own time as the device told it that the asset came from. An upload tells it; later, and when a hand has moved or edited the
 * object, the store's time says only when that was, but a date that was taken from the device's time is still the asset's.
 */
export function modifiedOf({ expected, modified }: Origin, { localAt, offsetMinutes, provenance }: AssetRow): Origin["modified"] {
  const isDevices = provenance.localAt === "mtime" || provenance.localAt === "name" || provenance.offset === "mtime";
  return expected || !isDevices ? modified : { at: localAt, offset: offsetMinutes };
}

/** Why these bytes are not the announced ones, in words for their owner; undefined when they are. */
export function mismatch(read: Bytes, expected: Pick<Upload.Expected, "size" | "sha256">): string | undefined {
  if (read.size !== expected.size) return `${read.size} of ${expected.size} bytes arrived. Add the file again.`;
  if (bytesToHex(read.sha256) !== expected.sha256) return "The file changed while it was being uploaded. Add it again.";
  return undefined;
}

/**
 * The origin of an object: what the client announced; else the owner by the folder's handle, the name from the key and the store's own time.
 * Undefined when the key lies in nobody's folder.
 */
export async function originOf(ctx: Ctx, head: Pick<ObjectHead, "key" | "lastModified">): Promise<Origin | undefined> {
  const expected = await Upload.expected(ctx, head.key);
  if (expected) {
    const { ownerId, name, modifiedAt, modifiedOffset } = expected;
    return { ownerId, name, modified: { at: modifiedAt, offset: modifiedOffset }, expected };
  }
  return handMade(ctx, head);
}

/** The origin of an object that no client announced; undefined when the key lies in nobody's folder. */
export async function handMade(ctx: Ctx, head: Pick<ObjectHead, "key" | "lastModified">): Promise<Origin | undefined> {
  const handle = handleOf(head.key);
  if (handle === undefined) return undefined;
  const [owner] = await ctx.db.select({ id: user.id }).from(user).where(eq(user.handle, handle));
  if (!owner) return undefined;
  const modified = { at: fromMs(head.lastModified.getTime()), offset: 0 };
  return { ownerId: owner.id, name: nameFromKey(head.key), modified, expected: undefined };
}

/** The name that a person gave to an object by renaming it; undefined when it only moved to another folder, or came back. */
export function newName(before: string, key: string): string | undefined {
  return handleOf(before) === undefined || nameFromKey(before) === nameFromKey(key) ? undefined : nameFromKey(key);
}
