import { albumItem } from "#album/table";
import { asset } from "#asset/table";
import * as Mark from "#mark";
import * as Reference from "#reference";
import { headOf } from "#storage";
import * as Trash from "#trash";
import { useAnna } from "@tintype/test/anna";
import { assetsOf, bring, guestOf, picture } from "@tintype/test/guest";
import { ingest, putByHand } from "@tintype/test/ingest";
import { addPerson } from "@tintype/test/person";
import { useStore } from "@tintype/test/store";
import { eq } from "drizzle-orm";
import { expect, it } from "vitest";
import { decide, held } from "./held.ts";

const TOKEN = "019dd7a2-4f20-7000-8000-000000000001";

const store = useStore();
const here = useAnna(() => ({ store: store() }));

/** Ben has saved a photo of Anna's, and a guest sends him the same bytes. */
async function sentTwice(before: (id: string) => Promise<unknown> = async () => undefined) {
  const { system, anna } = here;
  const content = picture();
  const key = `library/anna/${content.replaceAll(/\W/gu, "")}.gif`;
  await ingest(system, await putByHand(system, key, content));
  const [hers] = await assetsOf(system);
  const ben = await addPerson(system, "Ben");
  expect(await Reference.add(ben.ctx, [hers!.id])).toMatchObject({ saved: [hers!.id] });
  const his = async () => (await system.db.select().from(asset).where(eq(asset.ownerId, ben.id)))[0]!;
  await before((await his()).id);
  const world = await guestOf(system, ben);
  await bring(system, world.guest, [content]);
  return { ...world, anna, ben, hers: hers!, his, content };
}

const bytesAt = async (key: string) => ((await headOf(store(), key)) ? new Response(await store().get(key)).text() : undefined);

it.each([
  ["taken", true],
  ["declined", false],
])(
  "what its owner had by reference alone is theirs with bytes of its own, once, and waits for a word; when that is %s nothing is lost",
  async (_, accept) => {
    const { albumId, anna, ben, hers, his, content } = await sentTwice();
    const mine = await his();
    expect(mine).toMatchObject({ sourceId: null, sourceKey: null, heldBy: null, trashedAt: null, missing: false });
    expect(mine.key).toMatch(/^library\/ben\//u);
    expect(await held(ben.ctx, albumId)).toMatchObject([{ id: mine.id }]);
    expect(await decide(ben.ctx, albumId, [mine.id], accept)).toBe(1);
    const items = await here.system.db.select({ assetId: albumItem.assetId }).from(albumItem);
    expect(items).toEqual(accept ? [{ assetId: mine.id }] : []);
    // The giver deletes theirs for good: nothing of it was Ben's.
    await Mark.mark(anna.ctx, { ids: [hers.id], ranges: [] }, { trashed: true }, TOKEN);
    await Trash.remove(anna.ctx, [hers.id]);
    await Trash.purge(here.system);
    expect(await bytesAt(hers.key)).toBeUndefined();
    expect(await his()).toMatchObject({ id: mine.id, missing: false, trashedAt: null });
    expect(await bytesAt(mine.key)).toBe(content);
    expect((await assetsOf(here.system)).filter(({ ownerId }) => ownerId === ben.id)).toHaveLength(1);
  },
);

it("in their bin it waits as if it were new, and lies there again when it is declined", async () => {
  const bin = (id: string) => here.system.db.update(asset).set({ trashedAt: new Date() }).where(eq(asset.id, id));
  const { albumId, ben, his, linkId } = await sentTwice(bin);
  expect(await his()).toMatchObject({ sourceId: null, heldBy: linkId, trashedAt: null });
  await decide(ben.ctx, albumId, [(await his()).id], false);
  expect(await his()).toMatchObject({ heldBy: null, trashedAt: expect.any(Date), missing: false });
});
