import { user } from "#account/table";
import { asset } from "#asset/table";
import { AppError, type Ctx } from "#kernel";
import { codeOf, idsIn, picked } from "@tintype/test/album";
import { useAnna } from "@tintype/test/anna";
import { addAsset, addPerson, signerOnly } from "@tintype/test/person";
import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import * as Album from "./album.ts";

const here = useAnna(() => ({ store: signerOnly }));

type Person = Awaited<ReturnType<typeof addPerson>>;

describe("who may do what with an album", () => {
  let albumId: string;
  let hers: string;
  let people: Record<"owner" | "viewer" | "contributor" | "editor" | "stranger", Person>;
  let own: Record<string, string>;

  beforeEach(async () => {
    const [viewer, contributor, editor, stranger] = [
      await addPerson(here.system, "Vera"),
      await addPerson(here.system, "Carl"),
      await addPerson(here.system, "Edda"),
      await addPerson(here.system, "Otto"),
    ];
    people = { owner: here.anna, viewer, contributor, editor, stranger };
    hers = await addAsset(here.system, here.anna.id, "2026-11-01T10:00:00");
    albumId = await Album.create(here.anna.ctx, { title: "Mongolia", photos: picked(hers) });
    await Album.edit(here.anna.ctx, albumId, { sort: "manual" });
    for (const role of ["viewer", "contributor", "editor"] as const) {
      await Album.share(here.anna.ctx, albumId, { who: people[role].handle, role });
    }
    own = {};
    for (const [name, { id }] of Object.entries(people)) own[name] = await addAsset(here.system, id, "2026-11-02T10:00:00");
  });

  const everyone = { owner: "done", viewer: "done", contributor: "done", editor: "done", stranger: "not_found" };
  const adders = { ...everyone, viewer: "forbidden" };
  const editors = { ...adders, contributor: "forbidden" };
  const ownerAlone = { ...editors, editor: "forbidden" };
  type Verb = (ctx: Ctx, mine: string) => Promise<unknown>;
  const table: Record<string, [Verb, typeof everyone]> = {
    "sees it": [(ctx) => Album.get(ctx, albumId), everyone],
    "opens it": [(ctx) => Album.getVisible(ctx, albumId), everyone],
    "downloads from it": [(ctx) => Album.getVisible(ctx, albumId, "album.download"), everyone],
    "adds a photo": [(ctx, mine) => Album.add(ctx, albumId, picked(mine)), adders],
    "takes the owner's photo out": [(ctx) => Album.take(ctx, albumId, [hers]), editors],
    "renames it": [(ctx) => Album.edit(ctx, albumId, { title: "Gobi" }), editors],
    "chooses the cover": [(ctx) => Album.edit(ctx, albumId, { coverId: hers }), editors],
    "moves a photo": [(ctx) => Album.move(ctx, albumId, { ids: [hers], before: null }), editors],
    "shares it": [(ctx) => Album.share(ctx, albumId, { who: "vera", role: "editor" }), ownerAlone],
    "changes a role": [(ctx) => Album.changeRole(ctx, albumId, people.viewer.id, "editor"), ownerAlone],
    "puts somebody out": [(ctx) => Album.putOut(ctx, albumId, people.viewer.id), ownerAlone],
    "deletes it": [(ctx) => Album.remove(ctx, albumId), ownerAlone],
    "leaves it": [(ctx) => Album.leave(ctx, albumId), { ...everyone, owner: "invalid" }],
  };

  it.each(Object.keys(table))("%s: as the policy says, and nothing changes for who may not", async (name) => {
    const [verb, expected] = table[name]!;
    const answers: Record<string, string> = {};
    for (const [who, { ctx }] of Object.entries(people)) {
      // Each on the album as it was: what they do is undone.
      await ctx.db
        .tx(async (db) => {
          const before = await Album.get({ ...here.anna.ctx, db }, albumId);
          answers[who] = await codeOf(verb({ ...ctx, db }, own[who]!));
          if (answers[who] !== "done") expect(await Album.get({ ...here.anna.ctx, db }, albumId)).toEqual(before);
          throw new AppError("gone", "undone");
        })
        .catch(() => undefined);
    }
    expect(answers).toEqual(expected);
  });

  it("no link and no key without the scope changes it, and nobody without a session sees it", async () => {
    const may = { mayDownload: true, mayOriginals: true, mayUpload: true, hidesMetadata: false };
    const link: Ctx["actor"] = { kind: "link", linkId: albumId, ownerId: here.anna.id, albumId, ...may };
    const key = (...scopes: ("album.read" | "album.write")[]): Ctx["actor"] => ({
      kind: "user",
      userId: here.anna.id,
      role: "member",
      key: { id: albumId, scopes: new Set(scopes) },
    });
    const as = (actor: Ctx["actor"]): Ctx => ({ ...here.system, actor });
    expect(await codeOf(Album.getVisible(as(link), albumId))).toBe("done");
    expect(await codeOf(Album.edit(as(link), albumId, { title: "x" }))).toBe("unauthenticated");
    expect(await codeOf(Album.get(as(key("album.read")), albumId))).toBe("done");
    expect(await codeOf(Album.edit(as(key("album.read")), albumId, { title: "x" }))).toBe("forbidden");
    expect(await codeOf(Album.list(as(key("album.write"))))).toBe("forbidden");
    expect(await codeOf(Album.getVisible(as({ kind: "anonymous" }), albumId))).toBe("unauthenticated");
  });

  it.each(["put out", "left"])("who was %s sees nothing any more, and takes what they brought, which stays theirs", async (how) => {
    const { contributor } = people;
    const mine = own["contributor"]!;
    await Album.add(contributor.ctx, albumId, picked(mine));
    await Album.edit(here.anna.ctx, albumId, { coverId: mine });
    await (how === "left" ? Album.leave(contributor.ctx, albumId) : Album.putOut(here.anna.ctx, albumId, contributor.id));
    expect(await codeOf(Album.getVisible(contributor.ctx, albumId))).toBe("not_found");
    expect((await Album.list(contributor.ctx)).albums).toEqual([]);
    expect(await codeOf(Album.add(contributor.ctx, albumId, picked(mine)))).toBe("not_found");
    expect(await idsIn(here.system.db, albumId)).toEqual([hers]);
    expect((await Album.get(here.anna.ctx, albumId)).cover).toMatchObject({ assetId: hers, chosen: false });
    expect(await here.system.db.select({ id: asset.id }).from(asset).where(eq(asset.id, mine))).toHaveLength(1);
    expect(await codeOf(Album.putOut(here.anna.ctx, albumId, contributor.id))).toBe("not_found");
  });

  it("is shared by handle or e-mail address of somebody here, not with its owner, and again with another role", async () => {
    const shareWith = (who: string) => Album.share(here.anna.ctx, albumId, { who, role: "viewer" });
    expect(await shareWith(" Otto@Example.org ")).toMatchObject({ id: people.stranger.id, name: "Otto", role: "viewer" });
    expect(await shareWith("edda")).toMatchObject({ role: "viewer" });
    expect(await codeOf(Album.edit(people.editor.ctx, albumId, { title: "x" }))).toBe("forbidden");
    const called = async (handle: string, name: string) => {
      const { id } = await addPerson(here.system, handle);
      await here.system.db.update(user).set({ name }).where(eq(user.id, id));
    };
    await called("Gil", "Gil Meyer");
    expect(await shareWith("gil meyer")).toMatchObject({ name: "Gil Meyer" });
    await called("Hal", "Gil Meyer");
    expect(await codeOf(shareWith("Gil Meyer"))).toBe("invalid");
    expect(await codeOf(shareWith("nobody"))).toBe("not_found");
    expect(await codeOf(shareWith("anna"))).toBe("invalid");
    expect((await Album.get(here.anna.ctx, albumId)).members.map(({ name, role }) => [name, role])).toEqual([
      ["Vera", "viewer"],
      ["Carl", "contributor"],
      ["Edda", "viewer"],
      ["Otto", "viewer"],
      ["Gil Meyer", "viewer"],
    ]);
  });
});
