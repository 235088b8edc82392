import { apikey } from "#account/table";
import { type Ctx, newId, transact } from "#kernel";
import { useAnna } from "@tintype/test/anna";
import { addPerson } from "@tintype/test/person";
import { describe, expect, it } from "vitest";
import { audit } from "./audit.sql.ts";
import { expire } from "./expire.ts";
import { list } from "./list.ts";
import { note } from "./note.ts";

const here = useAnna();
const NAMELESS = { mayDownload: true, mayOriginals: true, mayUpload: true, hidesMetadata: true };

describe("the audit", () => {
  it("tells who did what with a person's things, under the name of then, newest first", async () => {
    const { anna, system } = here;
    const ben = await addPerson(system, "Ben");
    const keyId = newId();
    await system.db.insert(apikey).values({ id: keyId, key: "h", name: "backup", referenceId: ben.id });
    const by = (actor: Ctx["actor"]): Ctx => ({ ...system, actor, address: "10.0.0.7" });
    const ofBen = { kind: "user", userId: ben.id, role: "member" } as const;
    const actors: Ctx["actor"][] = [
      anna.ctx.actor,
      ofBen,
      { ...ofBen, key: { id: keyId, scopes: new Set() } },
      { kind: "link", linkId: newId(), ownerId: anna.id, albumId: newId(), ...NAMELESS },
      { kind: "system" },
    ];
    for (const actor of actors) await note(by(actor), { ownerId: anna.id, action: "album.share", details: { album: "Lisbon" } });
    await note(by(anna.ctx.actor), { ownerId: ben.id, action: "asset.trash" });
    const { entries, next } = await list(anna.ctx);
    expect(entries.map(({ actorKind, actorName }) => [actorKind, actorName])).toEqual([
      ["system", "Tintype"],
      ["link", "Somebody with the link"],
      ["key", "Ben (key “backup”)"],
      ["user", "Ben"],
      ["user", "Anna"],
    ]);
    expect(entries[0]).toMatchObject({ action: "album.share", address: "10.0.0.7", details: { album: "Lisbon" } });
    expect(next).toBeNull();
  });

  it("is told a page at a time, each entry once", async () => {
    for (let i = 0; i < 103; i++) await note(here.anna.ctx, { ownerId: here.anna.id, action: "asset.trash", details: { i } });
    const seen: unknown[] = [];
    let after: string | undefined;
    do {
      const page = await list(here.anna.ctx, after);
      seen.push(...page.entries.map(({ details }) => details["i"]));
      after = page.next ?? undefined;
    } while (after !== undefined);
    expect(seen).toEqual(Array.from({ length: 103 }, (_, i) => 102 - i));
  });

  it("knows nothing of what was undone with its transaction", async () => {
    const { anna } = here;
    const undone = transact(anna.ctx, async (ctx) => {
      await note(ctx, { ownerId: anna.id, action: "asset.purge" });
      throw new Error("undone");
    });
    await expect(undone).rejects.toThrow("undone");
    expect((await list(anna.ctx)).entries).toEqual([]);
  });

  it("is read by its owner, and by no key of theirs", async () => {
    const scopes = new Set(["library.read", "admin"] as const);
    const withKey: Ctx = { ...here.anna.ctx, actor: { kind: "user", userId: here.anna.id, role: "owner", key: { id: "k", scopes } } };
    await expect(list(withKey)).rejects.toMatchObject({ code: "forbidden" });
    await expect(list({ ...here.anna.ctx, actor: { kind: "anonymous" } })).rejects.toMatchObject({ code: "unauthenticated" });
  });

  it("forgets after a year", async () => {
    await note(here.anna.ctx, { ownerId: here.anna.id, action: "asset.trash" });
    const at = (days: number): Ctx => ({ ...here.system, now: () => new Date(Date.now() + days * 86_400_000) });
    expect(await expire(at(364))).toBe(0);
    expect(await expire(at(366))).toBe(1);
    expect(await here.system.db.select().from(audit)).toEqual([]);
  });
});
