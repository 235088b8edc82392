import { account, session } from "#account/table";
import { newId } from "#kernel";
import { useAnna } from "@tintype/test/anna";
import { addSession } from "@tintype/test/person";
import { beforeEach, describe, expect, it } from "vitest";
import { begin, lock, unlock } from "./unlock.ts";

const here = useAnna();
const check = async (password: string, hash: string) => hash === `hashed ${password}`;
const untils = async () =>
  (await here.system.db.select({ until: session.unlockedUntil }).from(session).orderBy(session.id)).map(({ until }) => until);

describe("showing again who one is", () => {
  let asking: Awaited<ReturnType<typeof addSession>>;
  beforeEach(async () => {
    asking = await addSession(here.system, here.anna.id);
    await addSession(here.system, here.anna.id);
    const password = "hashed right";
    await here.system.db.insert(account).values({ id: newId(), accountId: "a", providerId: "credential", userId: here.anna.id, password });
  });

  it("opens this session for a quarter of an hour, and no other", async () => {
    const at = new Date("2026-11-29T12:00:00Z");
    const until = await unlock({ ...asking.ctx, now: () => at }, { password: "right", check });
    expect(until).toEqual(new Date("2026-11-29T12:15:00Z"));
    expect(await untils()).toEqual([until, null]);
    await lock(asking.ctx);
    expect(await untils()).toEqual([null, null]);
  });

  it("opens nothing with another password or the passkey of somebody else, and lets nobody guess", async () => {
    const wrong = () => unlock(asking.ctx, { password: "wrong", check });
    for (let i = 0; i < 9; i++) await expect(wrong()).rejects.toMatchObject({ code: "forbidden" });
    await expect(unlock(asking.ctx, { passkeyOf: async () => newId() })).rejects.toMatchObject({ code: "forbidden" });
    await expect(unlock(asking.ctx, { password: "right", check })).rejects.toMatchObject({ code: "too_many" });
    expect(await untils()).toEqual([null, null]);
  });

  it("counts no right ones, and takes a passkey of one's own", async () => {
    for (let i = 0; i < 12; i++) await unlock(asking.ctx, { passkeyOf: async () => here.anna.id });
    expect(await untils()).toEqual([expect.any(Date), null]);
  });

  it("is for a browser whose session is not over", async () => {
    await here.system.db.delete(session);
    await expect(begin(asking.ctx)).rejects.toMatchObject({ code: "unauthenticated" });
    await expect(begin(here.anna.ctx)).rejects.toMatchObject({ code: "forbidden" });
  });
});
