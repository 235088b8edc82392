import { newId } from "@tintype/core/kernel";
import { signerOnly, systemOn } from "@tintype/test/person";
import { storeAway, useStore } from "@tintype/test/store";
import { describe, expect, it } from "vitest";
import type { Ctx } from "#kernel";
import { REACH_BODY, startReach } from "./reach.ts";

const store = useStore();

function of(userId: string, rest: Partial<Ctx> = {}): Ctx {
  return { ...systemOn({} as Ctx["db"]), store: store(), actor: { kind: "user", userId, role: "member" }, ...rest };
}

async function make({ put, get }: Awaited<ReturnType<typeof startReach>>[number], body: string = REACH_BODY) {
  const { status } = await fetch(put.url, { method: put.method, headers: put.headers, body });
  const read = await fetch(get, { headers: { range: "bytes=0-0" } });
  return [status, read.status, await read.text()];
}

describe("a trial of a way to the store", () => {
  it("writes one byte and reads it, each way on its own, and once", async () => {
    const ways = await startReach(of(newId()), [store().sign, store().sign]);
    expect(ways).toHaveLength(2);
    for (const way of ways) expect(await make(way)).toEqual([200, 206, "T"]);
    expect((await make(ways[0]!))[0]).toBe(412);
  });

  it("can write nothing else", async () => {
    const [way] = await startReach(of(newId()), [store().sign]);
    expect((await make(way!, "X"))[0]).toBe(400);
  });

  it("leaves nothing behind the next one, and lets others' be", async () => {
    const [anna, berta] = [newId(), newId()];
    for (const person of [anna, berta, anna]) await make((await startReach(of(person), [store().sign]))[0]!);
    const left = await store().list("probe/");
    const owners = left.objects.map(({ key }) => key.split("/")[1] ?? "").filter((id) => [anna, berta].includes(id));
    expect(owners.toSorted()).toEqual([anna, berta].toSorted());
  });

  it("is for people who are signed in, and needs a store that answers", async () => {
    await expect(startReach(of("", { actor: { kind: "anonymous" } }), [signerOnly.sign])).rejects.toMatchObject({
      code: "unauthenticated",
    });
    const away = storeAway();
    await expect(startReach(of(newId(), { store: away }), [away.sign])).rejects.toMatchObject({ code: "storage_unavailable" });
    away.close();
  });
});
