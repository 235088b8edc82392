import * as Upload from "#upload";
import * as Staging from "@tintype/core/staging";
import { useAnna } from "@tintype/test/anna";
import { assetsOf, gifOf, guestOf, picture } from "@tintype/test/guest";
import { drain, noPorts, putByHand } from "@tintype/test/ingest";
import { useStore } from "@tintype/test/store";
import { planOne, send } from "@tintype/test/upload";
import { describe, expect, it } from "vitest";
import { held } from "./held.ts";
import { complete, end, plan } from "./send.ts";

const store = useStore();
const here = useAnna(() => ({ store: store() }));
const aLink = () => guestOf(here.system, here.anna);
const assets = () => assetsOf(here.system);

describe("what a guest sends while its owner brings the same bytes", () => {
  it.each([
    ["is the owner's when theirs comes first", true],
    ["is the owner's when the guest's comes first", false],
  ])("%s, and no guest ends it", async (_, isOwnersFirst) => {
    const { anna, system } = here;
    const { guest, albumId } = await aLink();
    const content = picture();
    const [guests] = await plan(guest, [gifOf(content)], "Bob");
    const own = await planOne(anna.ctx, gifOf(content));
    expect([guests?.status, own.status]).toEqual(["put", "put"]);
    const { uploadId } = guests as typeof own;
    expect(own.uploadId).not.toBe(uploadId);
    const guestSends = async () => {
      await send(guests!, content);
      await complete(guest, uploadId);
      await drain(system);
    };
    if (isOwnersFirst) await end(guest, uploadId);
    else await guestSends();
    expect((await send(own, content)).status).toBe(200);
    expect(await Upload.complete(anna.ctx, own.uploadId)).toMatchObject({ state: "received" });
    await drain(system);
    expect(await Upload.status(anna.ctx, [own.uploadId])).toMatchObject([{ state: "committed", safe: true }]);
    expect(await assets()).toMatchObject([{ heldBy: null, trashedAt: null, guestName: null }]);
    expect(await held(anna.ctx, albumId)).toHaveLength(isOwnersFirst ? 0 : 1);
  });

  it("is the owner's when theirs lies in their inbox", async () => {
    const { anna, system } = here;
    const { guest } = await aLink();
    const content = picture();
    const [guests] = await plan(guest, [gifOf(content)], "Bob");
    const later = { ...system, now: () => new Date(Date.now() + 60_000) };
    await Staging.run(later, noPorts, { key: await putByHand(system, `inbox/${anna.handle}/x.gif`, content), giveUp: true });
    await end(guest, (guests as { uploadId: string }).uploadId);
    await drain(later);
    expect(await assets()).toMatchObject([{ name: "x.gif", heldBy: null, guestName: null }]);
    expect((await store().list("inbox/")).objects).toEqual([]);
  });

  it("is known to neither: a guest is told of nothing that is on its way already", async () => {
    const [one, two] = [await aLink(), await aLink()];
    const file = gifOf(picture());
    await planOne(here.anna.ctx, file);
    expect(await plan(one.guest, [file], null)).toMatchObject([{ status: "put" }]);
    expect(await plan(two.guest, [file], null)).toMatchObject([{ status: "put" }]);
  });
});
