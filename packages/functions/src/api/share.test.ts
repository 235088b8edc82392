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
