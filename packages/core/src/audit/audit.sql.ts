import { index, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { user } from "#account/table";
import { instant, json } from "#columns";

/** Everything that is noted, by its noun and what was done with it. The web app has words for each. */
export const ACTIONS = [
  "session.sign-in",
  "session.end",
  "session.unlock",
  "account.password",
  "passkey.add",
  "passkey.remove",
  "key.create",
  "key.revoke",
  "member.invite",
  "member.uninvite",
  "member.join",
  "member.quota",
  "member.disable",
  "member.enable",
  "album.create",
  "album.delete",
  "album.share",
  "album.unshare",
  "album.leave",
  "album.take",
  "album.return",
  "link.create",
  "link.change",
  "link.revoke",
  "link.direct",
  "guest.send",
  "guest.accept",
  "guest.decline",
  "guest.undo",
  "asset.save",
  "asset.archive",
  "asset.lock",
  "asset.unlock",
  "asset.trash",
  "asset.restore",
  "asset.purge",
  "budget.change",
] as const;

export type Action = (typeof ACTIONS)[number];

/** What was done with an account's things: who shared, revoked, deleted, signed in. Rows are only added, and expire. */
export const audit = pgTable(
  "audit",
  {
    id: uuid("id").primaryKey(),
    /** Whose things, and who may read of it. */
    ownerId: uuid("owner_id")
      .notNull()
      .references(() => user.id, { onDelete: "cascade" }),
    at: instant("at").notNull().defaultNow(),
    action: text("action").$type<Action>().notNull(),
    actorKind: text("actor_kind").$type<"user" | "key" | "link" | "system" | "anonymous">().notNull(),
    actorId: uuid("actor_id"),
    /** As they were called then. */
    actorName: text("actor_name").notNull(),
    address: text("address"),
    details: json("details").$type<Record<string, string | number | boolean | null>>().notNull(),
  },
  (t) => [index("audit_owner").on(t.ownerId, t.id.desc().nullsFirst()), index("audit_at").on(t.at)],
);
