import { type Ctx, newId } from "#kernel";
import { useDatabase } from "@tintype/test/database";
import { addPerson, addShown, systemOn } from "@tintype/test/person";
import { beforeEach, describe, expect, it } from "vitest";
import { locate } from "./locate.ts";
import { refresh } from "./refresh.ts";

const database = useDatabase();
const NOV = 2026 * 12 + 10;

let system: Ctx;
let anna: Awaited<ReturnType<typeof addPerson>>;

beforeEach(async () => {
  system = systemOn(database());
  anna = await addPerson(system, "Anna");
});

describe("finding an asset in the timeline", () => {
  it("gives its month, the month's revision and its number there", async () => {
    const ids = [];
    for (const day of ["09", "08", "07"]) ids.push(await addShown(system, anna.id, `2026-11-${day}T10:00:00`));
    await refresh(system, anna.id);
    const places = await Promise.all(ids.map((id) => locate(anna.ctx, id)));
    expect(places).toEqual([0, 1, 2].map((index) => ({ month: NOV, revision: 1, index })));
  });

  it("finds nothing that is not packed, unknown or someone else's", async () => {
    const ben = await addPerson(system, "Ben");
    const shown = await addShown(system, anna.id, "2026-11-09T10:00:00");
    await refresh(system, anna.id);
    const fresh = await addShown(system, anna.id, "2026-11-10T10:00:00");
    await expect(locate(anna.ctx, fresh)).rejects.toMatchObject({ code: "not_found" });
    await expect(locate(anna.ctx, newId())).rejects.toMatchObject({ code: "not_found" });
    await expect(locate(ben.ctx, shown)).rejects.toMatchObject({ code: "not_found" });
  });
});
