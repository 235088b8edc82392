import { newId } from "#kernel";
import { useAnna } from "@tintype/test/anna";
import { addAsset } from "@tintype/test/person";
import { addAlbum, addLink } from "@tintype/test/share";
import { eq } from "drizzle-orm";
import { expect, it } from "vitest";
import { revoke } from "./link.ts";
import { list } from "./list.ts";
import { shareLink } from "./share.sql.ts";

const here = useAnna();

it("a link tells its owner its state, and how often it was seen", async () => {
  const { anna, system } = here;
  const [shown, locked] = [{}, { lockedAt: new Date() }].map((rest) => addAsset(system, anna.id, "2026-01-01T10:00:00", rest));
  const albumId = await addAlbum(system, anna.id, [await shown!, await locked!]);
  const soon = new Date(Date.now() + 60_000);
  const { id } = await addLink(anna.ctx, albumId, { expiresAt: soon, password: "long enough" });
  expect((await list(anna.ctx, { album: albumId })).links).toMatchObject([
    { id, album: { id: albumId, title: "Summer", kind: "album", count: 1 }, state: "open", hasPassword: true, views: 0, slug: null },
  ]);
  expect(JSON.stringify(await list(anna.ctx))).not.toContain("hash of");
  const later = { ...anna.ctx, now: () => soon };
  expect((await list(later)).links).toMatchObject([{ state: "expired" }]);
  await revoke(anna.ctx, id);
  expect((await list(later)).links).toMatchObject([{ state: "revoked" }]);
});

it("links come a page at a time, each once, also those of one album", async () => {
  const { anna, system } = here;
  const [albumId, other] = [await addAlbum(system, anna.id), await addAlbum(system, anna.id)];
  const { id: like } = await addLink(anna.ctx, albumId);
  const [row] = await system.db.select().from(shareLink).where(eq(shareLink.id, like));
  const more = Array.from({ length: 204 }, (_, i) => ({ ...row!, id: newId(), tokenSha256: null, albumId: i % 2 === 0 ? albumId : other }));
  await system.db.insert(shareLink).values(more);
  const all = [like, ...more.map(({ id }) => id)].toSorted().toReversed();
  const read = async (of: string | undefined) => {
    const pages: string[][] = [];
    let after: string | undefined;
    do {
      const { links, next } = await list(anna.ctx, { album: of, after });
      pages.push(links.map(({ id }) => id));
      after = next ?? undefined;
    } while (after !== undefined);
    return pages;
  };
  const pages = await read(undefined);
  expect(pages.map((page) => page.length)).toEqual([100, 100, 5]);
  expect(pages.flat()).toEqual(all);
  expect((await read(albumId)).map((page) => page.length)).toEqual([100, 3]);
  expect((await read(other)).map((page) => page.length)).toEqual([100, 2]);
});
