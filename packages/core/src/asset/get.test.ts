import { newId } from "#kernel";
import { useAnna } from "@tintype/test/anna";
import { addAsset, addPerson, signerOnly } from "@tintype/test/person";
import { describe, expect, it } from "vitest";
import { get } from "./get.ts";

const here = useAnna(() => ({ store: signerOnly }));

const parametersOf = (url: string | null) => Object.fromEntries(new URL(url ?? "").searchParams);

describe("everything of an asset", () => {
  it("is what the row tells, in JSON's types", async () => {
    const sha256 = Uint8Array.from({ length: 32 }, (_, i) => i);
    const id = await addAsset(here.system, here.anna.id, "2026-11-01T10:00:00.25", {
      sha256,
      takenAt: new Date("2026-11-01T09:00:00.250Z"),
      offsetMinutes: 60,
      zone: "Europe/Paris",
      latitude: 48.85,
      longitude: 2.35,
      exif: { make: "Fujifilm", fNumber: 2.8 },
      provenance: { localAt: "DateTimeOriginal" },
    });
    const detail = await get(here.anna.ctx, id);
    expect(detail).toMatchObject({
      id,
      localAt: "2026-11-01T10:00:00.25",
      takenAt: "2026-11-01T09:00:00.250Z",
      sha256: "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
      exif: { make: "Fujifilm", fNumber: 2.8 },
      provenance: { localAt: "DateTimeOriginal" },
      reason: null,
    });
    expect(detail).not.toHaveProperty("ownerId");
  });

  it("has an original to show only where browsers may show it, and never without its true media type", async () => {
    const jpeg = await get(here.anna.ctx, await addAsset(here.system, here.anna.id, "2026-11-01T10:00:00", { type: "image/jpeg" }));
    expect(parametersOf(jpeg.urls.original)).toMatchObject({ "response-content-type": "image/jpeg" });
    for (const type of ["image/svg+xml", "text/html", "image/heic", "application/octet-stream"]) {
      const { urls } = await get(here.anna.ctx, await addAsset(here.system, here.anna.id, "2026-11-01T10:00:00", { type }));
      expect([type, urls.original]).toEqual([type, null]);
    }
  });

  it("has a download that saves the file under its own name, whatever it is", async () => {
    const id = await addAsset(here.system, here.anna.id, "2026-11-01T10:00:00", { type: "text/html", name: 'É "x"\r\n.html' });
    const { urls } = await get(here.anna.ctx, id);
    expect(parametersOf(urls.download)).toMatchObject({
      "response-content-disposition": `attachment; filename="E _x_.html"; filename*=UTF-8''%C3%89%20_x_.html`,
    });
  });

  it("has its pictures still, but no original, while that is not in the store", async () => {
    const change = { missing: true, derivedVersion: 2, type: "image/jpeg" };
    const { urls } = await get(here.anna.ctx, await addAsset(here.system, here.anna.id, "2026-11-01T10:00:00", change));
    expect(urls).toEqual({ thumb: expect.any(String), preview: expect.any(String), original: null, download: null });
  });

  it("has pictures once they are made", async () => {
    const without = await get(here.anna.ctx, await addAsset(here.system, here.anna.id, "2026-11-01T10:00:00"));
    expect([without.urls.thumb, without.urls.preview]).toEqual([null, null]);
    const id = await addAsset(here.system, here.anna.id, "2026-11-01T10:00:00", { derivedVersion: 2 });
    const { urls, sha256 } = await get(here.anna.ctx, id);
    const sha8 = sha256.slice(0, 8);
    expect(new URL(urls.thumb!).pathname).toBe(`/photos/derived/${id}/thumb-2-${sha8}.webp`);
    expect(new URL(urls.preview!).pathname).toBe(`/photos/derived/${id}/preview-2-${sha8}.jpg`);
  });

  it("is its owner's", async () => {
    const ben = await addPerson(here.system, "Ben");
    const id = await addAsset(here.system, here.anna.id, "2026-11-01T10:00:00");
    await expect(get(ben.ctx, id)).rejects.toMatchObject({ code: "not_found" });
    await expect(get(here.anna.ctx, newId())).rejects.toMatchObject({ code: "not_found" });
  });
});
