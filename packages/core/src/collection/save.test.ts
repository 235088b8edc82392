import { eq } from "drizzle-orm";
import { asset } from "#asset/table";
import { job } from "#kernel/table";
import { stripped } from "#stripped/table";
import { useAnna } from "@tintype/test/anna";
import { albumOf, holderOf, mark } from "@tintype/test/collection";
import { addAsset, signerOnly } from "@tintype/test/person";
import { describe, expect, it } from "vitest";
import { geometry } from "./geometry.ts";
import { get } from "./get.ts";
import { items } from "./items.ts";
import { downloads, original } from "./save.ts";
import { savable } from "./summary.ts";

const here = useAnna(() => ({ store: signerOnly }));

describe("a link that hides metadata", () => {
  it("tells neither name, time, place, camera, key nor hash, and gives no original", async () => {
    const id = await addAsset(here.system, here.anna.id, "2019-07-14T10:11:12", { name: "Ulaanbaatar.jpg" });
    await mark(here.system, id, {
      latitude: 47.918,
      longitude: 106.917,
      description: "At Bold's",
      exif: { make: "Canary", model: "K-1" },
      derivedVersion: 1,
    });
    const shared = await albumOf(here.system, here.anna.id, [id]);
    const link = holderOf(here.system, here.anna.id, shared.id, { hidesMetadata: true });
    const { tag: _, ids: __, ...rest } = await geometry(link, shared);
    const told = JSON.stringify([await items(link, shared, [id]), await get(link, shared, id), await downloads(link, shared, [id]), rest]);
    const secrets = ["Ulaanbaatar", "2019", "47.9", "106.9", "Bold", "Canary", "K-1", "library/", "sha256"];
    for (const secret of secrets) expect(told).not.toContain(secret);
    const previews = holderOf(here.system, here.anna.id, shared.id, { hidesMetadata: true, mayOriginals: false });
    expect(await downloads(previews, shared, [id])).toMatchObject({ files: [{ name: "photo-0001.jpg", localAt: "" }] });
  });

  it("gives a copy that tells nothing once it is made, says until then that it is pending, and never gives the original instead", async () => {
    const [copied, none, missing] = [
      await addAsset(here.system, here.anna.id, "2026-11-03T10:00:00", { name: "a.mov", kind: "video", derivedVersion: 1 }),
      await addAsset(here.system, here.anna.id, "2026-11-02T10:00:00", { derivedVersion: 1 }),
      await addAsset(here.system, here.anna.id, "2026-11-01T10:00:00", { missing: true }),
    ];
    const ids = [copied, none, missing];
    const shared = await albumOf(here.system, here.anna.id, ids);
    const link = holderOf(here.system, here.anna.id, shared.id, { hidesMetadata: true });
    expect(await downloads(link, shared, ids)).toEqual({ files: [], missing: [{ id: missing, name: "photo" }], pending: [copied, none] });
    expect(await get(link, shared, copied)).toMatchObject({ pending: true, urls: { original: null, download: null } });
    await expect(original(link, shared, copied)).rejects.toMatchObject({ code: "conflict" });
    const jobs = await here.system.db.select({ id: job.dedupe, urgent: job.urgent }).from(job).where(eq(job.kind, "strip"));
    expect(jobs.toSorted((a, b) => (a.id! < b.id! ? -1 : 1))).toEqual([copied, none].toSorted().map((id) => ({ id, urgent: true })));

    const made = async (assetId: string, type: string | null) => {
      const [row] = await here.system.db.select({ sha256: asset.sha256 }).from(asset).where(eq(asset.id, assetId));
      await here.system.db.insert(stripped).values({ assetId, sha256: row!.sha256, version: 1, type, size: type === null ? null : 7 });
    };
    await made(copied, "video/quicktime");
    await made(none, null);
    const found = await downloads(link, shared, ids);
    expect(found).toMatchObject({
      files: [
        { id: copied, name: "video-0001.mov", size: 7, url: expect.stringMatching(/\/derived\/[^/]+\/stripped-1-[^/]+\.mov/u) },
        { id: none, name: "photo-0002.jpg", size: null, url: expect.stringContaining("/preview-1-") },
      ],
      missing: [{ id: missing, name: "photo" }],
      pending: [],
    });
    // As the page says beforehand.
    expect((await savable(link, shared)).count).toBe(found.files.length);
    expect(await get(link, shared, copied)).toMatchObject({ pending: false, urls: { original: expect.stringContaining("/stripped-1-") } });
    expect(await original(link, shared, copied)).toContain("/stripped-1-");
    expect(JSON.stringify([found, await get(link, shared, none)])).not.toContain("library/");
  });

  it("that allows no originals gives large previews, and one that allows no download gives nothing to save", async () => {
    const id = await addAsset(here.system, here.anna.id, "2026-11-01T10:00:00", { name: "a.heic" });
    await mark(here.system, id, { derivedVersion: 1 });
    const shared = await albumOf(here.system, here.anna.id, [id]);
    const previews = holderOf(here.system, here.anna.id, shared.id, { mayOriginals: false });
    expect((await downloads(previews, shared, [id])).files).toMatchObject([{ name: "a.jpg", url: expect.stringContaining("/derived/") }]);
    expect((await get(previews, shared, id)).urls).toMatchObject({ original: null, download: expect.stringContaining("/derived/") });
    const nothing = holderOf(here.system, here.anna.id, shared.id, { mayDownload: false });
    await expect(downloads(nothing, shared, [id])).rejects.toMatchObject({ code: "forbidden" });
    expect((await get(nothing, shared, id)).urls.download).toBeNull();
  });
});
