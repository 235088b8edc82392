import { asset } from "#asset/table";
import type { Geometry } from "#geometry";
import { useAnna } from "@tintype/test/anna";
import { addPerson, addShown } from "@tintype/test/person";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { changes, geometry, head } from "./geometry.ts";
import { refresh } from "./refresh.ts";
import { touch } from "./touch.ts";

const NOV = 2026 * 12 + 10;

const here = useAnna();

const add = (localAt: string): Promise<string> => addShown(here.system, here.anna.id, localAt);
const changesSince = async (revision: number) => changes(here.anna.ctx, { ...(await head(here.anna.ctx)), revision });
const shape = ({ revision: of, chunks }: Geometry) => ({ revision: of, months: chunks.map(({ month, count }) => [month, count]) });

describe("reading the timeline's geometry", () => {
  it("starts at revision 0 with nothing", async () => {
    expect(await head(here.anna.ctx)).toEqual({ epoch: "0", revision: 0 });
    expect(shape(await geometry(here.anna.ctx))).toEqual({ revision: 0, months: [] });
    expect(shape(await changesSince(0))).toEqual({ revision: 0, months: [] });
  });

  it("is for signed-in people, each their own", async () => {
    await add("2026-11-01T10:00:00");
    await refresh(here.system, here.anna.id);
    const ben = await addPerson(here.system, "Ben");
    expect(shape(await geometry(ben.ctx)).months).toEqual([]);
    await expect(geometry({ ...here.system, actor: { kind: "anonymous" } })).rejects.toMatchObject({ code: "unauthenticated" });
  });

  it("tells of a month that has become empty, and leaves it out of the whole", async () => {
    const id = await add("2026-11-01T10:00:00");
    await add("2026-10-01T10:00:00");
    await refresh(here.system, here.anna.id);
    await here.system.db.delete(asset).where(eq(asset.id, id));
    await touch(here.system, here.anna.id, ["2026-11-01T10:00:00"]);
    await refresh(here.system, here.anna.id);
    expect(shape(await changesSince(1))).toEqual({ revision: 2, months: [[NOV, 0]] });
    expect(shape(await geometry(here.anna.ctx))).toEqual({ revision: 2, months: [[NOV - 1, 1]] });
  });

  it("answers from what was packed last while a month is dirty", async () => {
    await add("2026-11-01T10:00:00");
    await refresh(here.system, here.anna.id);
    await add("2026-11-02T10:00:00");
    expect(shape(await geometry(here.anna.ctx))).toEqual({ revision: 1, months: [[NOV, 1]] });
  });

  it("asks a client that knows another timeline to load everything again, unless it knows nothing yet", async () => {
    const ben = await addPerson(here.system, "Ben");
    await addShown(here.system, ben.id, "2026-10-01T10:00:00");
    await refresh(here.system, ben.id);
    await add("2026-11-01T10:00:00");
    await refresh(here.system, here.anna.id);
    const [hers, his] = [await head(here.anna.ctx), await head(ben.ctx)];
    expect(his.epoch).not.toBe(hers.epoch);
    await expect(changes(ben.ctx, hers)).rejects.toMatchObject({ code: "stale" });
    expect(shape(await changes(ben.ctx, { epoch: "0", revision: 0 }))).toEqual({ revision: 1, months: [[NOV - 1, 1]] });
    expect(shape(await changes(ben.ctx, his))).toEqual({ revision: 1, months: [] });
  });

  it("keeps its epoch from one revision to the next", async () => {
    await add("2026-11-01T10:00:00");
    await refresh(here.system, here.anna.id);
    const { epoch } = await head(here.anna.ctx);
    await add("2026-11-02T10:00:00");
    await refresh(here.system, here.anna.id);
    expect(await head(here.anna.ctx)).toEqual({ epoch, revision: 2 });
  });

  it("asks a client that is ahead of us to load everything again", async () => {
    await expect(changesSince(5)).rejects.toMatchObject({ code: "stale" });
  });
});
