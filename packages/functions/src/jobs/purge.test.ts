import { rateLimit, session } from "@tintype/core/account/table";
import { newId } from "@tintype/core/kernel";
import { upload } from "@tintype/core/upload/table";
import { useDatabase } from "@tintype/test/database";
import { addPerson, systemOn } from "@tintype/test/person";
import { useStore } from "@tintype/test/store";
import { fileOf, planOne } from "@tintype/test/upload";
import { describe, expect, it } from "vitest";
import { purge } from "./purge.ts";

const database = useDatabase();
const store = useStore();
const DAY = 86_400_000;

describe("the purge", () => {
  it("ends uploads and sessions whose time is over, forgets old counts, and does nothing twice", async () => {
    const events: unknown[] = [];
    const base = systemOn(database(), { store: store() });
    const log = { ...base.log, info: (event: string, fields?: object) => events.push([event, fields]) };
    const system = { ...base, log };
    const anna = await addPerson(system, "Anna");
    await planOne(anna.ctx, fileOf("never sent"));
    const expiresAt = new Date(Date.now() + DAY);
    await system.db.insert(session).values({ id: newId(), token: "t", userId: anna.id, expiresAt });
    await system.db.insert(rateLimit).values({ id: newId(), key: "k", count: 1, lastRequest: Date.now() });

    await purge(system);
    expect(events).toEqual([]);
    const later = { ...system, now: () => new Date(Date.now() + 2 * DAY) };
    await purge(later);
    await purge(later);
    expect(events).toEqual([["purged", { hinted: 0, expired: 1, sessions: 1, noted: 0, trashed: 0, dismissed: 0 }]]);
    expect(await system.db.select({ state: upload.state }).from(upload)).toEqual([{ state: "expired" }]);
    expect([await system.db.select().from(session), await system.db.select().from(rateLimit)]).toEqual([[], []]);
  });
});
