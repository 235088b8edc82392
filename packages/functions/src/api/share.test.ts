import { addMember, jsonOf, setUpOwner, useApi } from "@tintype/test/api";
import { addShown } from "@tintype/test/person";
import { beforeAll, describe, expect, it } from "vitest";

const api = useApi();
let anna: Awaited<ReturnType<typeof addMember>>;

beforeAll(async () => {
  await setUpOwner(api());
  anna = await addMember(api(), "Ann");
});

const made = (path: string, body: object) => jsonOf(anna.browser.send("POST", path, body));

describe("a new link", () => {
  it("to an album has the title of that, and says so to whoever sends another; to photos it has its own", async () => {
    const { id: albumId } = await made("/api/albums", { title: "Mongolia" });
    const refused = await anna.browser.send("POST", "/api/links", { albumId, title: "Summer" });
    expect([refused.status, await jsonOf(refused)]).toEqual([400, expect.objectContaining({ code: "invalid", field: "title" })]);
    await made("/api/links", { albumId });
    const photo = await addShown(api().system, anna.id, "2026-11-22T10:00:00");
    await made("/api/links", { assetIds: [photo], title: "Two days" });
    const { links } = await jsonOf(anna.browser.get("/api/links"));
    expect(links).toMatchObject([{ album: { title: "Two days" } }, { album: { title: "Mongolia" } }]);
  });
});

describe("lists that come in pages", () => {
  it.each(["albums", "links"])("go on with %s after the last that was told, and take nothing else for that", async (list) => {
    const { next, ...page } = await jsonOf(anna.browser.get(`/api/${list}`));
    const [first] = page[list];
    expect([next, page[list].length > 0]).toEqual([null, true]);
    const after = list === "links" ? first.id : `${Date.parse(first.updatedAt)}.${first.id}`;
    expect(await jsonOf(anna.browser.get(`/api/${list}?after=${after}`))).toEqual({ [list]: page[list].slice(1), next: null });
    for (const wrong of ["1", "x.y", "99999999999999.019dd7a2-4f20-7000-8000-000000000000"]) {
      expect([wrong, (await anna.browser.get(`/api/${list}?after=${wrong}`)).status]).toEqual([wrong, 400]);
    }
  });
});
