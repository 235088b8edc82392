import { newId, transact, userOf } from "#kernel";
import { useAnna } from "@tintype/test/anna";
import { addPerson, signerOnly } from "@tintype/test/person";
import { describe, expect, it } from "vitest";
import * as Album from "./album.ts";
import { getLocked, getVisible } from "./visible.ts";

const here = useAnna(() => ({ store: signerOnly }));

describe("an album that is fetched", () => {
  it("comes with what the actor is to it, and is not there for whom it is not shared with", async () => {
    const [ben, otto] = [await addPerson(here.system, "Ben"), await addPerson(here.system, "Otto")];
    const id = await Album.create(here.anna.ctx, { title: "Mongolia" });
    await Album.share(here.anna.ctx, id, { who: ben.handle, role: "contributor" });
    expect(await getVisible(here.anna.ctx, id)).toMatchObject({ album: { id, title: "Mongolia" }, role: undefined });
    expect(await getVisible(ben.ctx, id)).toMatchObject({ role: "contributor", target: { ownerId: userOf(here.anna.ctx), albumId: id } });
    const missing = await getVisible(otto.ctx, newId()).catch((error: unknown) => error);
    expect(missing).toMatchObject({ code: "not_found" });
    await expect(getVisible(otto.ctx, id)).rejects.toMatchObject({ code: "not_found" });
    await expect(getVisible(ben.ctx, id, "album.write")).rejects.toMatchObject({ code: "forbidden" });
  });

  it("for a change is asked of the policy as well", async () => {
    const ben = await addPerson(here.system, "Ben");
    const id = await Album.create(here.anna.ctx, { title: "Mongolia" });
    const fetched = transact(ben.ctx, (inside) => getLocked(inside, id, "album.add"));
    await expect(fetched).rejects.toMatchObject({ code: "not_found" });
    expect(await transact(here.anna.ctx, (inside) => getLocked(inside, id, "album.own"))).toMatchObject({ album: { id } });
  });
});
