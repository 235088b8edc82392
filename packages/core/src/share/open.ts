import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { and, eq, gt, isNull, or, sql } from "drizzle-orm";
import * as Account from "#account";
import { rateLimit, user } from "#account/table";
import { album } from "#album/table";
import { grant } from "#grant/table";
import { allow, AppError, isSecret, type Ctx, type LinkActor } from "#kernel";
import { sentColumns } from "./sent.ts";
import { shareLink } from "./share.sql.ts";
import { leftOf } from "./spend.ts";

/** What somebody shows at the door: the token or the name of a link, and what they were given for its password. */
export type Shown = { token: string; unlock?: string | undefined };

/** A link that is open to whoever has its password, if it has one, and what its page may tell. */
export type Found = {
  actor: LinkActor;
  passwordHash: string | null;
  unlockVersion: number;
  frameOrigins: string[];
  title: string;
  description: string;
  sharedBy: string;
  expiresAt: Date | null;
  /** What guests may still send. */
  left: { bytes: number; count: number };
  /** Bytes that may still be handed out in this month; null = no limit. */
  budgetLeft: number | null;
};

/** Addresses that lead nowhere, of one client: names of links are short enough to be tried one after the other. */
const MISSES: Account.Limit = { max: 60, windowMs: 600_000 };

/** What the door needs, before anybody is somebody. */
export type DoorCtx = Pick<Ctx, "actor" | "db" | "now" | "address">;

/**
 * The link of a token or a name, in one query, whatever its password. Throws the same `not_found` for one that never was, has expired, was
 * revoked, or whose owner's account is closed; `too_many` for names from a network that has tried many.
 */
export async function find(ctx: DoorCtx, { token }: Pick<Shown, "token">): Promise<Found> {
  allow(ctx, "link.open");
  const { found, refusal } = await look(ctx, token);
  if (refusal) throw refusal;
  return found;
}

/** The same, with how to refuse names that are tried: whoever knows the password tries none, though others of their network do. */
export async function look(ctx: DoorCtx, token: string): Promise<{ found: Found; refusal: AppError | undefined }> {
  allow(ctx, "link.open");
  const now = ctx.now();
  const missed = `share-miss:${Account.networkOf(ctx.address)}`;
  const started = now.getTime() - MISSES.windowMs;
  const isOver = and(eq(rateLimit.key, missed), gt(rateLimit.lastRequest, started), gt(rateLimit.count, MISSES.max));
  const [row] = await ctx.db
    .select({
      link: shareLink,
      role: grant.role,
      title: album.title,
      description: album.description,
      sharedBy: user.name,
      sent: sentColumns,
      over: sql<number | null>`(select ${rateLimit.lastRequest} from ${rateLimit} where ${isOver})`.mapWith(Number),
    })
    .from(shareLink)
    .innerJoin(user, and(eq(user.id, shareLink.ownerId), isNull(user.disabledAt)))
    .innerJoin(album, and(eq(album.id, shareLink.albumId), eq(album.ownerId, shareLink.ownerId)))
    .innerJoin(
      grant,
      and(
        eq(grant.targetKind, "album"),
        eq(grant.targetId, shareLink.albumId),
        eq(grant.subjectKind, "link"),
        eq(grant.subjectId, shareLink.id),
      ),
    )
    .where(
      and(
        or(eq(shareLink.tokenSha256, sha256(utf8ToBytes(token))), eq(shareLink.slug, token)),
        isNull(shareLink.revokedAt),
        or(isNull(shareLink.expiresAt), gt(shareLink.expiresAt, now)),
      ),
    )
    .limit(1);
  if (!row) {
    await Account.throttle(ctx, missed, MISSES);
    throw new AppError("not_found", "This link does not exist, or not any more. Ask whoever sent it for another one.");
  }
  const { link, role, over, sent, ...told } = row;
  const refusal = link.slug !== null && over !== null ? Account.tooMany(over - started) : undefined;
  const { passwordHash, unlockVersion, expiresAt } = link;
  const left = {
    bytes: Math.max(0, link.uploadLimitBytes - sent.bytes),
    count: Math.max(0, link.uploadLimitCount - sent.count),
  };
  const frameOrigins = originsOf(link.frameOrigins);
  const budgetLeft = leftOf(link, now);
  return {
    found: { ...told, actor: actorOf(link, role), passwordHash, unlockVersion, expiresAt, frameOrigins, left, budgetLeft },
    refusal,
  };
}

/** The link of a token or a name, open. Throws as `find` does, and `password_needed` until `unlock` has given what is shown. */
export async function openLink(ctx: DoorCtx, shown: Shown, secret: string): Promise<Found> {
  allow(ctx, "link.open");
  const { found, refusal } = await look(ctx, shown.token);
  if (isOpened(found, shown.unlock, ctx.now(), secret)) return found;
  if (refusal) throw refusal;
  if (found.passwordHash === null) return found;
  throw new AppError("password_needed", "This link has a password. Whoever sent it knows it.");
}

/** What whoever gave the password shows from then on: it opens this link alone, until `expiresAt` or another password. */
export function unlockValue({ actor, unlockVersion }: Pick<Found, "actor" | "unlockVersion">, expiresAt: Date, secret: string): string {
  const text = `share-unlock ${actor.linkId} ${unlockVersion} ${expiresAt.getTime()}`;
  return `${expiresAt.getTime()}.${bytesToHex(hmac(sha256, utf8ToBytes(secret), utf8ToBytes(text)))}`;
}

function isOpened(found: Found, shown: string | undefined, now: Date, secret: string): boolean {
  const expiresAt = new Date(Number(shown?.split(".")[0]));
  if (shown === undefined || !(expiresAt.getTime() > now.getTime())) return false;
  return isSecret(shown, sha256(utf8ToBytes(unlockValue(found, expiresAt, secret))));
}

/** The origins that may show a link in a frame, of the text that its row keeps. */
export function originsOf(text: string): string[] {
  return text === "" ? [] : text.split(" ");
}

function actorOf(link: typeof shareLink.$inferSelect, role: typeof grant.$inferSelect.role): LinkActor {
  return {
    kind: "link",
    linkId: link.id,
    ownerId: link.ownerId,
    albumId: link.albumId,
    mayDownload: link.allowDownload,
    mayOriginals: link.allowDownload && link.allowOriginals,
    mayUpload: link.allowUpload && role !== "viewer",
    hidesMetadata: link.hideMetadata,
  };
}
