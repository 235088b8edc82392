import { utf8ToBytes } from "@noble/hashes/utils.js";
import { newId } from "#kernel";
import * as Audit from "#audit";
import { useAnna } from "@tintype/test/anna";
import { mark, unlocked } from "@tintype/test/collection";
import { addAsset, addPerson } from "@tintype/test/person";
import { useStore } from "@tintype/test/store";
import { describe, expect, it } from "vitest";
import { createDirect, expire, listDirect } from "./direct.ts";
import { directLink } from "./share.sql.ts";

const store = useStore();
const here = useAnna(() => ({ store: store() }));
const DAY = 86_400;

async function photo(rest: Parameters<typeof addAsset>[3] = {}): Promise<string> {
  const { anna, system } = here;
  const key = `library/anna/${newId()}.jpg`;
  await store().put(key, utf8ToBytes("a photo"), { type: "image/jpeg" });
  return addAsset(system, anna.id, "2026-01-01T10:00:00", { key, ...rest });
}

describe("a direct link", () => {
  it("saves the original under its own name, for as long as was chosen and no longer", async () => {
    const id = await photo({ name: "Übersee\r\nSet-Cookie: a=b.jpg" });
    const { url, expiresAt } = await createDirect(here.anna.ctx, id, 2);
    const answer = await fetch(url);
    expect([answer.status, await answer.text()]).toEqual([200, "a photo"]);
    expect(answer.headers.get("content-disposition")).toMatch(/^attachment; filename="Ubersee.*"; filename\*=UTF-8''%C3%9Cbersee/u);
    expect(answer.headers.get("set-cookie")).toBeNull();
    expect(new URL(url).searchParams.get("X-Amz-Expires")).toBe("2");
    await new Promise((resolve) => setTimeout(resolve, Date.parse(expiresAt) - Date.now() + 1500));
    expect((await fetch(url)).status).toBe(403);
  });

  it("is listed with what it is until it expires, without its address", async () => {
    const id = await photo();
    const { url, ...told } = await createDirect(here.anna.ctx, id, 7 * DAY);
    expect(await listDirect(here.anna.ctx)).toEqual([told]);
    expect(JSON.stringify(await here.system.db.select().from(directLink))).not.toContain(new URL(url).searchParams.get("X-Amz-Signature"));
    const later = (days: number) => ({ ...here.system, now: () => new Date(Date.now() + days * DAY * 1000) });
    expect(await listDirect({ ...here.anna.ctx, now: later(7).now })).toEqual([]);
    await expire(later(30));
    expect(await here.system.db.select().from(directLink)).toHaveLength(1);
    await expire(later(38));
    expect(await here.system.db.select().from(directLink)).toEqual([]);
  });

  it("lives no longer than a signature may", async () => {
    const id = await photo();
    await expect(createDirect(here.anna.ctx, id, 7 * DAY + 1)).rejects.toMatchObject({ code: "invalid", extra: { field: "seconds" } });
    await expect(createDirect(here.anna.ctx, id, 0)).rejects.toMatchObject({ code: "invalid" });
  });

  it("leads to nothing that is another's, locked, in the bin or gone", async () => {
    const bea = await addPerson(here.system, "Bea");
    const mine = await photo();
    await expect(createDirect(bea.ctx, mine, DAY)).rejects.toMatchObject({ code: "not_found" });
    for (const rest of [{ lockedAt: new Date() }, { trashedAt: new Date() }, { missing: true }, { key: `library/anna/${newId()}.jpg` }]) {
      await expect(createDirect(here.anna.ctx, await photo(rest), DAY)).rejects.toMatchObject({ code: "not_found" });
    }
    expect(await listDirect(bea.ctx)).toEqual([]);
  });

  it("of a photo that was locked since is told to nobody who has not shown who they are, and noted without its name", async () => {
    const { anna, system } = here;
    const id = await photo({ name: "canary.jpg" });
    await createDirect(anna.ctx, id, DAY);
    await mark(system, id, { lockedAt: new Date() });
    expect(await listDirect(anna.ctx)).toEqual([]);
    expect(await listDirect(unlocked(anna.ctx))).toMatchObject([{ assetId: id, name: "canary.jpg" }]);
    const { entries } = await Audit.list(anna.ctx);
    expect(entries).toMatchObject([{ action: "link.direct", details: { asset: id } }]);
    expect(JSON.stringify(entries)).not.toContain("canary");
  });

  it("of a saved photo leads to where its bytes lie", async () => {
    const sourceKey = "library/bea/2026/01/theirs.jpg";
    await store().put(sourceKey, utf8ToBytes("theirs"), { type: "image/jpeg" });
    const { url } = await createDirect(here.anna.ctx, await photo({ key: "library/anna/nothing-yet.jpg", sourceKey }), DAY);
    expect(await (await fetch(url)).text()).toBe("theirs");
  });
});
