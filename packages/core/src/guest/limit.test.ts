import { user } from "#account/table";
import type { Ctx } from "#kernel";
import { list, type LinkView } from "#share";
import * as Upload from "#upload";
import { upload } from "#upload/table";
import { useAnna } from "@tintype/test/anna";
import { assetsOf, gifOf, guestOf, picture, sendOne } from "@tintype/test/guest";
import { drain } from "@tintype/test/ingest";
import { codeOf } from "@tintype/test/share";
import { useStore } from "@tintype/test/store";
import { fileOf, planOne } from "@tintype/test/upload";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { removeAlbum } from "./album.ts";
import { decide } from "./held.ts";
import { complete, end, plan, sent } from "./send.ts";

const store = useStore();
const here = useAnna(() => ({ store: store() }));
let count = 0;
const aLink = (options: Parameters<typeof guestOf>[2] = {}) => guestOf(here.system, here.anna, options);
const assets = () => assetsOf(here.system);
const linkNow = async () => (await list(here.anna.ctx)).links[0] as LinkView;

describe("what guests may send in all", () => {
  const files = (sizes: number[]) => sizes.map((size) => fileOf(`${++count}`, { name: "a.jpg", size, type: "image/jpeg" }));

  it("is never more than the link allows, however many ask at once", async () => {
    const { guest } = await aLink({ uploadLimitBytes: 1000, uploadLimitCount: 100 });
    const codes = await Promise.all(Array.from({ length: 20 }, () => codeOf(plan(guest, files([90]), null))));
    expect(codes.filter((code) => code === "opened")).toHaveLength(11);
    expect(await linkNow()).toMatchObject({ uploadedBytes: 990, uploadedCount: 11 });
  });

  it("is counted by files too, and a file that is asked for again is counted once", async () => {
    const { guest } = await aLink({ uploadLimitBytes: 10_000, uploadLimitCount: 3 });
    const same = files([10, 10]);
    for (let times = 0; times < 3; times++) {
      expect((await plan(guest, [...same, same[0]!], null)).map(({ status }) => status)).toEqual(["put", "put", "put"]);
    }
    expect(await linkNow()).toMatchObject({ uploadedBytes: 20, uploadedCount: 2 });
    expect(await codeOf(plan(guest, files([1, 1]), null))).toBe("over_quota");
    expect(await codeOf(plan(guest, files([1]), null))).toBe("opened");
  });

  it("fits into what its owner may store", async () => {
    const { anna, system } = here;
    await system.db.update(user).set({ quotaBytes: 150 }).where(eq(user.id, anna.id));
    const { guest } = await aLink();
    expect(await codeOf(plan(guest, files([100]), null))).toBe("opened");
    expect(await codeOf(plan(guest, files([100]), null))).toBe("over_quota");
  });

  it("is refused when there is no room any more when it comes, in words for a guest, and nothing of it stays", async () => {
    const { anna, system } = here;
    const { guest } = await aLink();
    const { uploadId, request } = await sendOne(guest, picture());
    await system.db.update(user).set({ quotaBytes: 1 }).where(eq(user.id, anna.id));
    await drain(system);
    const reason = "There is no room for this any more. Ask whoever sent the link.";
    expect(await sent(guest, [uploadId])).toEqual([{ id: uploadId, state: "failed", reason, safe: false, final: false }]);
    expect(await assets()).toEqual([]);
    const key = decodeURIComponent(new URL(request.url).pathname.replace("/photos/", ""));
    await expect(store().head(key)).rejects.toMatchObject({ code: "not_found" });
    expect(await linkNow()).toMatchObject({ uploadedBytes: 0, uploadedCount: 0 });
  });

  it("takes nothing from its owner until it has come", async () => {
    const { anna, system } = here;
    await system.db.update(user).set({ quotaBytes: 150 }).where(eq(user.id, anna.id));
    const { guest } = await aLink();
    await plan(guest, files([140]), null);
    expect((await planOne(anna.ctx, fileOf("hers", { size: 100 }))).status).toBe("put");
  });

  it("is given back when it is ended, is not sent in time, or is refused", async () => {
    const { system } = here;
    const { guest } = await aLink({ uploadLimitCount: 3 });
    const ended = await plan(guest, files([10, 10]), null);
    for (const planned of ended) await end(guest, (planned as { uploadId: string }).uploadId);
    await sendOne(guest, `no picture ${picture()}`);
    await drain(system);
    expect(await linkNow()).toMatchObject({ uploadedBytes: 0, uploadedCount: 0 });
    const [late] = await plan(guest, files([10]), null);
    const minutes = (after: number): Ctx => ({ ...system, now: () => new Date(Date.now() + after * 60_000) });
    await Upload.expire(minutes(14));
    expect(await linkNow()).toMatchObject({ uploadedBytes: 10, uploadedCount: 1 });
    await Upload.expire(minutes(16));
    expect(await linkNow()).toMatchObject({ uploadedBytes: 0, uploadedCount: 0 });
    expect(await codeOf(complete(guest, (late as { uploadId: string }).uploadId))).toBe("gone");
  });

  it("is counted as long as there is the link, once it is a photo", async () => {
    const { anna, system } = here;
    const { guest, albumId } = await aLink({ uploadLimitCount: 1 });
    await sendOne(guest, picture());
    await drain(system);
    await decide(anna.ctx, albumId, [(await assets())[0]!.id], false);
    await Upload.expire({ ...system, now: () => new Date(Date.now() + 40 * 86_400_000) });
    expect(await linkNow()).toMatchObject({ uploadedCount: 1 });
    expect(await codeOf(plan(guest, files([1]), null))).toBe("over_quota");
    await removeAlbum(anna.ctx, albumId);
    await Upload.expire({ ...system, now: () => new Date(Date.now() + 40 * 86_400_000) });
    expect(await system.db.select().from(upload)).toEqual([]);
  });

  it("lives the longer the larger a file is, and anew when it is asked for again", async () => {
    const { system } = here;
    const { guest } = await aLink();
    const file = gifOf(picture());
    const large = fileOf("large", { name: "a.mp4", type: "video/mp4", size: 1024 ** 3 });
    await plan(guest, [file, large], null);
    const at = new Date(Date.now() + 600_000);
    await plan({ ...guest, now: () => at }, [file], null);
    const rows = await system.db.select({ size: upload.size, expiresAt: upload.expiresAt }).from(upload).orderBy(upload.size);
    const minutes = rows.map(({ expiresAt }) => Math.round((expiresAt.getTime() - at.getTime()) / 60_000));
    expect(minutes).toEqual([15, 142]);
  });
});
