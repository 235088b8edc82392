import { useAnna } from "@tintype/test/anna";
import { addShown } from "@tintype/test/person";
import { describe, expect, it } from "vitest";
import { refresh } from "./refresh.ts";
import { shownFrom } from "./shown.ts";

const here = useAnna();

describe("from which revision an asset is shown", () => {
  it("is any for a sidecar, of which there is no tile to wait for", async () => {
    const localAt = "2026-11-09T10:00:00";
    const id = await addShown(here.system, here.anna.id, localAt, { kind: "sidecar", name: "a.xmp" });
    const hidden = { id, localAt, kind: "sidecar" as const };
    expect(await shownFrom(here.anna.ctx, [{ ...hidden, state: "ready" }])).toEqual(new Map([[id, 0]]));
    expect(await shownFrom(here.anna.ctx, [{ ...hidden, state: "stored" }])).toEqual(new Map());
  });

  it("is told once its month is packed, also while the month is dirty again", async () => {
    const localAt = "2026-11-09T10:00:00";
    const first = { id: await addShown(here.system, here.anna.id, localAt), localAt, state: "ready" as const, kind: "photo" as const };
    expect(await shownFrom(here.anna.ctx, [first])).toEqual(new Map());
    await refresh(here.system, here.anna.id);
    const second = {
      id: await addShown(here.system, here.anna.id, localAt),
      localAt,
      state: "unprocessable" as const,
      kind: "photo" as const,
    };
    expect(await shownFrom(here.anna.ctx, [first, second])).toEqual(new Map([[first.id, 1]]));
    await refresh(here.system, here.anna.id);
    const both = new Map([first, second].map(({ id }) => [id, 2]));
    expect(await shownFrom(here.anna.ctx, [first, second])).toEqual(both);
  });

  it("is not told of what is only stored", async () => {
    const localAt = "2026-11-09T10:00:00";
    const id = await addShown(here.system, here.anna.id, localAt, { state: "stored" });
    await refresh(here.system, here.anna.id);
    expect(await shownFrom(here.anna.ctx, [{ id, localAt, state: "stored", kind: "photo" }])).toEqual(new Map());
  });
});
