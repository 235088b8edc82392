import { agoText } from "../../lib/ago.ts";
import type { KindOfJobs } from "../../lib/api.ts";
import { counted, formatBytes, formatCount } from "../../lib/format.ts";

const KINDS: Readonly<Record<string, { title: string; dead: string }>> = {
  ingest: { title: "Reading files", dead: "This file was not read" },
  timeline: { title: "Arranging the timeline", dead: "The timeline was not brought up to date" },
  sweep: { title: "Looking through the storage", dead: "The storage was not looked through" },
  storage: { title: "Checking the storage", dead: "The storage was not checked" },
  strip: { title: "Copies without metadata, for links", dead: "This copy was not made" },
  round: { title: "Regular rounds", dead: "A regular round was not made" },
};

/** What jobs of a kind do. */
export function kindTitle(kind: string): string {
  return KINDS[kind]?.title ?? kind;
}

/** What it means that one of them was given up. */
export function deadTitle(kind: string): string {
  return KINDS[kind]?.dead ?? `${kind} was not done`;
}

/** Whether a kind has anything that is being done, waits to be, or is put off. */
export function isBusy({ due, running, putOff }: KindOfJobs): boolean {
  return due + running + putOff > 0;
}

/** What is told while the queue is empty: what the budget holds back may not be in it yet. */
export function restText(isPaused: boolean): string {
  return isPaused ? "Nothing is under way. What the budget holds back comes later." : "Nothing is waiting.";
}

/** What waits longer than this is late. */
const LATE_MS = 60_000;

/** How far the jobs of a kind are: "4 under way · 1,204 waiting". */
export function stateText({ due, running, later, putOff, dueSince }: KindOfJobs, now: number): string {
  const since = dueSince !== null && now - Date.parse(dueSince) >= LATE_MS ? `, the oldest due ${agoText(dueSince, now)}` : "";
  const parts = [
    running > 0 ? `${formatCount(running)} under way` : "",
    due > 0 ? `${formatCount(due)} waiting${since}` : "",
    putOff > 0 ? `${formatCount(putOff)} put off` : "",
    later > 0 && due + running + putOff === 0 ? `${formatCount(later)} planned` : "",
  ];
  return parts.filter((part) => part !== "").join(" · ");
}

/** Why some are put off, and when they are tried again. */
export function putOffText({ putOff, reason, nextTryAt }: KindOfJobs, now: number): string {
  if (putOff === 0) return "";
  const isSoon = nextTryAt === null || Date.parse(nextTryAt) < now + 1_000;
  return `${reason ?? "Something went wrong."} ${isSoon ? "Trying again." : `Next try ${agoText(nextTryAt, now)}.`}`;
}

/** "Tried 8 times, given up 5 minutes ago" */
export function triesText(attempts: number, diedAt: string, now: number): string {
  return `Tried ${attempts === 1 ? "once" : counted(attempts, "time")}, given up ${agoText(diedAt, now)}`;
}

type Room = { name: string; bytes: number; quotaBytes: number | null };

/** Whether somebody has as much as they may have, or more. */
export function isFull({ bytes, quotaBytes }: Pick<Room, "bytes" | "quotaBytes">): boolean {
  return quotaBytes !== null && bytes >= quotaBytes;
}

/** What an invitation gives, and until when. */
export function inviteText({ quotaBytes, expiresAt }: { quotaBytes: number | null; expiresAt: string }, now: number = Date.now()): string {
  const some = quotaBytes === 0 ? "No room for uploads" : `Up to ${formatBytes(quotaBytes ?? 0)}`;
  const room = quotaBytes === null ? "As much as there is room for" : some;
  return `${room}. The link ends ${agoText(expiresAt, now)}.`;
}

/** What a quota that was just set means for whoever has so much already. */
export function roomText({ name, bytes }: Pick<Room, "name" | "bytes">, quotaBytes: number | null): string {
  if (quotaBytes === null) return `${name} may have as much as there is room for.`;
  const all = formatBytes(quotaBytes);
  if (!isFull({ bytes, quotaBytes })) return `${name} may have ${all}.`;
  return `${name} has ${formatBytes(bytes)} already and may have ${all}. It stays, and nothing more is taken in until there is room.`;
}
