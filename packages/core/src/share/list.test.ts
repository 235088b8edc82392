import { useAnna } from "@tintype/test/anna";
import { addAsset } from "@tintype/test/person";
import { addAlbum, addLink } from "@tintype/test/share";
import { expect, it } from "vitest";
import { revoke } from "./link.ts";
import { list } from "./list.ts";

const here = useAnna();

it("a link tells its owner its state, and how often it was seen", async () => {
  const { anna, system } = here;
  const [shown, locked] = [{}, { lockedAt: new Date() }].map((rest) => addAsset(system, anna.id, "2026-01-01T10:00:00", rest));
  const albumId = await addAlbum(system, anna.id, [await shown!, await locked!]);
  const soon = new Date(Date.now() + 60_000);
  const { id } = await addLink(anna.ctx, albumId, { expiresAt: soon, password: "long enough" });
  expect(await list(anna.ctx, albumId)).toMatchObject([
    { id, album: { id: albumId, title: "Summer", kind: "album", count: 1 }, state: "open", hasPassword: true, views: 0, slug: null },
  ]);
  expect(JSON.stringify(await list(anna.ctx))).not.toContain("hash of");
  const later = { ...anna.ctx, now: () => soon };
  expect(await list(later)).toMatchObject([{ state: "expired" }]);
  await revoke(anna.ctx, id);
  expect(await list(later)).toMatchObject([{ state: "revoked" }]);
});
