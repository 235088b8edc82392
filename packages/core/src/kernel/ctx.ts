import type { ObjectStore } from "#storage";
import type { Scope } from "./access.ts";
import type { Database } from "./database.ts";
import type { Queue } from "./queue.ts";

/** A structured log: one event name and flat fields. Implementations never write secrets or query strings of signed URLs. */
export type Log = {
  debug(event: string, fields?: Record<string, unknown>): void;
  info(event: string, fields?: Record<string, unknown>): void;
  warn(event: string, fields?: Record<string, unknown>): void;
  error(event: string, fields?: Record<string, unknown>): void;
  /** The same log with these fields on every line, for example `{ request: id }`. */
  with(fields: Record<string, unknown>): Log;
};

/** A person who acts by a session of theirs, or by an API key, which may do what its scopes say and no more. */
export type UserActor = {
  kind: "user";
  userId: string;
  role: "owner" | "member";
  /** Present when they act by a key. */
  key?: { id: string; scopes: ReadonlySet<Scope> };
  /** Present when they act in a browser; `unlocked` while they have just shown who they are. */
  session?: { id: string; unlocked: boolean };
};

/** Whoever holds a share link, its password given where it has one. They see its album, and nothing else of the owner's. */
export type LinkActor = {
  kind: "link";
  linkId: string;
  ownerId: string;
  albumId: string;
  mayDownload: boolean;
  /** Else previews only. */
  mayOriginals: boolean;
  mayUpload: boolean;
  /** Neither place nor camera, time or file name is told. */
  hidesMetadata: boolean;
};

/** Who acts. `system` is our own jobs; it is never built from a request. */
export type Actor = { kind: "anonymous" } | UserActor | LinkActor | { kind: "system" };

/** Everything a verb needs from outside, passed openly. */
export type Ctx = {
  actor: Actor;
  db: Database;
  store: ObjectStore;
  queue: Queue;
  now: () => Date;
  log: Log;
  /** The network address of whoever asks, where there is one. */
  address?: string | undefined;
};

/** Reads that do not need each other, in one round trip where the database is far away: see `Database`. */
export function together<T extends readonly unknown[]>(ctx: Ctx, work: (ctx: Ctx) => { [K in keyof T]: PromiseLike<T[K]> }): Promise<T> {
  return ctx.db.together<T>((db) => work({ ...ctx, db }));
}

/** Runs `work` in one transaction: what its ctx writes, and the jobs that it enqueues, come into being together or not at all. */
export function transact<C extends Pick<Ctx, "db" | "queue">, T>(ctx: C, work: (ctx: C) => Promise<T>): Promise<T> {
  return ctx.db.tx((db) => work({ ...ctx, db, queue: ctx.queue.within(db) }));
}
