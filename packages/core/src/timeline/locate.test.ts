import { newId } from "#kernel";
import { useAnna } from "@tintype/test/anna";
import { addPerson, addShown } from "@tintype/test/person";
import { describe, expect, it } from "vitest";
import { locate } from "./locate.ts";
import { refresh } from "./refresh.ts";

const NOV = 2026 * 12 + 10;

const here = useAnna();

describe("finding an asset in the timeline", () => {
  it("gives its month, the month's revision and its number there", async () => {
    const ids = [];
    for (const day of ["09", "08", "07"]) ids.push(await addShown(here.system, here.anna.id, `2026-11-${day}T10:00:00`));
    await refresh(here.system, here.anna.id);
    const places = await Promise.all(ids.map((id) => locate(here.anna.ctx, id)));
    expect(places).toEqual([0, 1, 2].map((index) => ({ month: NOV, revision: 1, index })));
  });

  it("finds nothing that is not packed, unknown or someone else's", async () => {
    const ben = await addPerson(here.system, "Ben");
    const shown = await addShown(here.system, here.anna.id, "2026-11-09T10:00:00");
    await refresh(here.system, here.anna.id);
    const fresh = await addShown(here.system, here.anna.id, "2026-11-10T10:00:00");
    await expect(locate(here.anna.ctx, fresh)).rejects.toMatchObject({ code: "not_found" });
    await expect(locate(here.anna.ctx, newId())).rejects.toMatchObject({ code: "not_found" });
    await expect(locate(ben.ctx, shown)).rejects.toMatchObject({ code: "not_found" });
  });
});
