import { useAnna } from "@tintype/test/anna";
import { addAlbum, addLink, quick } from "@tintype/test/share";
import { describe, expect, it } from "vitest";
import { create, update } from "./link.ts";

const here = useAnna();
const { hash } = quick;

describe("what makes no sense", () => {
  const cases = [
    ["a name without a password", { slug: "summer" }, "password"],
    ["a name that is an address of ours", { slug: "assets", password: "long enough" }, "slug"],
    ["a name that leaves its place", { slug: "../etc", password: "long enough" }, "slug"],
    ["a name with capitals, which tokens have", { slug: "Summer", password: "long enough" }, "slug"],
    ["a name of two letters", { slug: "ab", password: "long enough" }, "slug"],
    ["a short password", { password: "short" }, "password"],
    ["a time that has passed", { expiresAt: new Date(0) }, "expiresAt"],
    ["a frame around a password", { password: "long enough", frameOrigins: ["https://a.example"] }, "frameOrigins"],
    ["a frame of any page", { frameOrigins: ["*"] }, "frameOrigins"],
    ["a frame of any page of a host", { frameOrigins: ["https://*.example"] }, "frameOrigins"],
    ["a page with a path", { frameOrigins: ["https://a.example/b"] }, "frameOrigins"],
    ["a header in place of a page", { frameOrigins: ["https://a.example; script-src *"] }, "frameOrigins"],
    ["two pages in one", { frameOrigins: ["https://a.example https://b.example"] }, "frameOrigins"],
    ["a script in place of a page", { frameOrigins: ["javascript:alert(1)"] }, "frameOrigins"],
    ["uploads of nothing", { allowUpload: true, uploadLimitBytes: 0 }, "uploadLimitBytes"],
  ] as const;

  it.each(cases)("is refused: %s", async (_, options, field) => {
    const { anna, system } = here;
    const shared = { albumId: await addAlbum(system, anna.id) };
    await expect(create(anna.ctx, { shared, ...options }, hash)).rejects.toMatchObject({ code: "invalid", extra: { field } });
  });

  it("is refused of a change too, together with what the link is already", async () => {
    const { anna, system } = here;
    const albumId = await addAlbum(system, anna.id);
    const { id } = await addLink(anna.ctx, albumId, { slug: "summer-2026", password: "long enough" });
    await expect(update(anna.ctx, id, { password: null }, hash)).rejects.toMatchObject({ code: "invalid" });
    await expect(update(anna.ctx, id, { frameOrigins: ["https://a.example"] }, hash)).rejects.toMatchObject({ code: "invalid" });
    await expect(addLink(anna.ctx, albumId, { slug: "summer-2026", password: "long enough" })).rejects.toMatchObject({ code: "conflict" });
  });
});
