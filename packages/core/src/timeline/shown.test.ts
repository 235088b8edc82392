import type { Ctx } from "#kernel";
import { useDatabase } from "@tintype/test/database";
import { addPerson, addShown, systemOn } from "@tintype/test/person";
import { beforeEach, describe, expect, it } from "vitest";
import { refresh } from "./refresh.ts";
import { shownFrom } from "./shown.ts";

const database = useDatabase();

let system: Ctx;
let anna: Awaited<ReturnType<typeof addPerson>>;

beforeEach(async () => {
  system = systemOn(database());
  anna = await addPerson(system, "Anna");
});

describe("from which revision an asset is shown", () => {
  it("is any for a sidecar, of which there is no tile to wait for", async () => {
    const localAt = "2026-11-09T10:00:00";
    const id = await addShown(system, anna.id, localAt, { kind: "sidecar", name: "a.xmp" });
    const hidden = { id, localAt, kind: "sidecar" as const };
    expect(await shownFrom(anna.ctx, [{ ...hidden, state: "ready" }])).toEqual(new Map([[id, 0]]));
    expect(await shownFrom(anna.ctx, [{ ...hidden, state: "stored" }])).toEqual(new Map());
  });

  it("is told once its month is packed, also while the month is dirty again", async () => {
    const localAt = "2026-11-09T10:00:00";
    const first = { id: await addShown(system, anna.id, localAt), localAt, state: "ready" as const, kind: "photo" as const };
    expect(await shownFrom(anna.ctx, [first])).toEqual(new Map());
    await refresh(system, anna.id);
    const second = { id: await addShown(system, anna.id, localAt), localAt, state: "unprocessable" as const, kind: "photo" as const };
    expect(await shownFrom(anna.ctx, [first, second])).toEqual(new Map([[first.id, 1]]));
    await refresh(system, anna.id);
    const both = new Map([first, second].map(({ id }) => [id, 2]));
    expect(await shownFrom(anna.ctx, [first, second])).toEqual(both);
  });

  it("is not told of what is only stored", async () => {
    const localAt = "2026-11-09T10:00:00";
    const id = await addShown(system, anna.id, localAt, { state: "stored" });
    await refresh(system, anna.id);
    expect(await shownFrom(anna.ctx, [{ id, localAt, state: "stored", kind: "photo" }])).toEqual(new Map());
  });
});
