import { session, user } from "#account/table";
import { newId } from "#kernel";
import { timelineHead } from "#timeline/table";
import { useAnna } from "@tintype/test/anna";
import { eq } from "drizzle-orm";
import { expect, it } from "vitest";
import { find } from "./find.ts";

const here = useAnna();
const HOUR_MS = 3_600_000;

async function begin(expiresAt: Date) {
  const row = { id: newId(), token: newId(), userId: here.anna.id, expiresAt };
  await here.system.db.insert(session).values(row);
  return row;
}

it("finds whose session a token is of, the state of their timeline, and whether they are shut out, but no session whose time is over and none that was ended", async () => {
  const { system, anna } = here;
  const ctx = { ...system, actor: { kind: "anonymous" } as const };
  const row = await begin(new Date(Date.now() + HOUR_MS));
  expect(await find(ctx, row.token)).toEqual({
    session: { id: row.id, expiresAt: row.expiresAt, unlockedUntil: null },
    user: { id: anna.id, role: "member", disabledAt: null },
    head: { epoch: "0", revision: 0 },
  });
  const epoch = newId();
  await system.db.insert(timelineHead).values({ ownerId: anna.id, epoch, revision: 7 });
  expect((await find(ctx, row.token))?.head).toEqual({ epoch, revision: 7 });
  const disabledAt = new Date(0);
  await system.db.update(user).set({ disabledAt }).where(eq(user.id, anna.id));
  expect((await find(ctx, row.token))?.user).toMatchObject({ disabledAt });
  expect(await find(ctx, (await begin(new Date(Date.now() - 1))).token)).toBeUndefined();
  await system.db.delete(session).where(eq(session.id, row.id));
  expect(await find(ctx, row.token)).toBeUndefined();
});
