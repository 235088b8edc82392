import { eq } from "drizzle-orm";
import { album, albumItem } from "#album/table";
import { asset } from "#asset/table";
import { grant } from "#grant/table";
import { type Ctx, type LinkActor, newId } from "#kernel";
import { useAnna } from "@tintype/test/anna";
import { addAsset, addPerson, signerOnly } from "@tintype/test/person";
import { beforeEach, expect, it } from "vitest";
import { keep } from "./keep.ts";

const here = useAnna(() => ({ store: signerOnly }));
let ben: Awaited<ReturnType<typeof addPerson>>;
let inside: string;
let outside: string;
let shared: { kind: "album"; id: string };

beforeEach(async () => {
  ben = await addPerson(here.system, "Ben");
  [inside, outside] = [
    await addAsset(here.system, here.anna.id, "2026-11-02T10:00:00"),
    await addAsset(here.system, here.anna.id, "2026-11-02T10:00:00"),
  ];
  shared = { kind: "album", id: newId() };
  await here.system.db.insert(album).values({ id: shared.id, ownerId: here.anna.id, kind: "album", title: "Mongolia" });
  await here.system.db.insert(albumItem).values({ albumId: shared.id, assetId: inside });
});

const link = (may: Partial<LinkActor> = {}): Ctx => {
  const all = { mayDownload: true, mayOriginals: true, mayUpload: false, hidesMetadata: false, ...may };
  return { ...here.system, actor: { kind: "link", linkId: newId(), ownerId: here.anna.id, albumId: shared.id, ...all } };
};
const ofBen = () => here.system.db.select({ sourceId: asset.sourceId }).from(asset).where(eq(asset.ownerId, ben.id));

it("whom an album is shared with saves what is in it, and a stranger nothing", async () => {
  await expect(keep(ben.ctx, ben.ctx, shared, [inside])).rejects.toMatchObject({ code: "not_found" });
  const subject = { subjectKind: "user", subjectId: ben.id, targetKind: "album", targetId: shared.id } as const;
  await here.system.db.insert(grant).values({ id: newId(), ...subject, role: "viewer" });
  expect(await keep(ben.ctx, ben.ctx, shared, [outside, inside])).toEqual({ saved: [inside], have: [], missing: [outside] });
  expect(await ofBen()).toEqual([{ sourceId: inside }]);
});

it("through a link only who has an account, and only where it gives originals and hides nothing", async () => {
  for (const may of [{ mayDownload: false }, { mayOriginals: false }, { hidesMetadata: true }]) {
    await expect(keep(link(may), ben.ctx, shared, [inside])).rejects.toMatchObject({ code: "forbidden" });
  }
  await expect(keep(link(), link(), shared, [inside])).rejects.toMatchObject({ code: "unauthenticated" });
  expect(await ofBen()).toEqual([]);
  expect(await keep(link(), ben.ctx, shared, [inside])).toMatchObject({ saved: [inside] });
});
