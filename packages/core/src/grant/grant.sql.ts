import { index, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { user } from "#account/table";
import { instant } from "#columns";
import type { Role } from "#kernel";

/**
 * Who may do what with whose things: the one table of sharing. Today's subjects are users and share links, today's targets albums; a group, the
 * public, a whole library or a partner's are other words in the same columns.
 */
export const grant = pgTable(
  "grant",
  {
    id: uuid("id").primaryKey(),
    subjectKind: text("subject_kind").$type<"user" | "group" | "link" | "public">().notNull(),
    /** Null for the public. */
    subjectId: uuid("subject_id"),
    targetKind: text("target_kind").$type<"album" | "library">().notNull(),
    targetId: uuid("target_id").notNull(),
    role: text("role").$type<Role>().notNull(),
    createdBy: uuid("created_by").references(() => user.id, { onDelete: "set null" }),
    createdAt: instant("created_at").notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex("grant_once").on(t.targetKind, t.targetId, t.subjectKind, t.subjectId),
    index("grant_subject").on(t.subjectKind, t.subjectId),
  ],
);
