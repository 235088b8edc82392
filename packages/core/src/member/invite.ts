import { and, desc, eq, isNull } from "drizzle-orm";
import { invite as invitation, user } from "#account/table";
import * as Audit from "#audit";
import { allow, AppError, newId, newSecret, transact, userOf, type Ctx } from "#kernel";

const DAY_MS = 86_400_000;

/** `name`: for whom, which also names their folder in the bucket. `days` is how long the link works. */
export type NewInvite = { name: string; quotaBytes: number | null; days: number };

type Invite = {
  id: string;
  name: string;
  quotaBytes: number | null;
  createdAt: Date;
  expiresAt: Date;
  usedAt: Date | null;
  usedBy: string | null;
};

/** Invites somebody to make an account here. The token is told this once; of it only the SHA-256 is kept. */
export async function invite(ctx: Ctx, { name, quotaBytes, days }: NewInvite): Promise<{ id: string; token: string; expiresAt: Date }> {
  allow(ctx, "admin.write");
  const ownerId = userOf(ctx);
  const now = ctx.now();
  const { token, sha256 } = newSecret();
  const id = newId(now.getTime());
  const expiresAt = new Date(now.getTime() + days * DAY_MS);
  await transact(ctx, async (inside) => {
    await inside.db.insert(invitation).values({ id, tokenSha256: sha256, name, quotaBytes, createdBy: ownerId, createdAt: now, expiresAt });
    await Audit.note(inside, { ownerId, action: "member.invite", details: { name } });
  });
  return { id, token, expiresAt };
}

/** All invitations that were made, newest first; `usedBy` is the name of who has taken it. */
export async function invites(ctx: Ctx): Promise<Invite[]> {
  allow(ctx, "admin.read");
  return ctx.db
    .select({
      id: invitation.id,
      name: invitation.name,
      quotaBytes: invitation.quotaBytes,
      createdAt: invitation.createdAt,
      expiresAt: invitation.expiresAt,
      usedAt: invitation.usedAt,
      usedBy: user.name,
    })
    .from(invitation)
    .leftJoin(user, eq(user.id, invitation.usedBy))
    .orderBy(desc(invitation.id))
    .limit(200);
}

/** Takes an invitation back, at once. Throws `not_found` when there is none, or it was taken up already. */
export async function uninvite(ctx: Ctx, id: string): Promise<void> {
  allow(ctx, "admin.write");
  await transact(ctx, async (inside) => {
    const unused = and(eq(invitation.id, id), isNull(invitation.usedAt));
    const [gone] = await inside.db.delete(invitation).where(unused).returning({ name: invitation.name });
    if (!gone) throw new AppError("not_found", "There is no open invitation with this id.");
    await Audit.note(inside, { ownerId: userOf(inside), action: "member.uninvite", details: { name: gone.name } });
  });
}
