import { type Ctx, newId } from "#kernel";
import { upload } from "#upload/table";
import { useAnna } from "@tintype/test/anna";
import { addPerson } from "@tintype/test/person";
import { beforeEach, describe, expect, it } from "vitest";
import { health } from "./health.ts";
import { countRefused, refusedFiles } from "./refused.ts";

const here = useAnna();

let owner: Ctx;
beforeEach(() => {
  owner = { ...here.system, actor: { kind: "user", userId: here.anna.id, role: "owner" } };
});

const WHY = "This file is empty (0 bytes). Check it on the device that it comes from.";

async function add(key: string, fields: Partial<typeof upload.$inferInsert> = {}): Promise<void> {
  await here.system.db.insert(upload).values({
    id: newId(),
    ownerId: here.anna.id,
    state: "failed",
    reason: WHY,
    key,
    source: key,
    name: key.split("/").at(-1) ?? "",
    type: "application/octet-stream",
    size: 0,
    sha256: new Uint8Array(),
    modifiedAt: "2026-11-01T10:00:00",
    expiresAt: new Date(),
    ...fields,
  });
}

describe("the refused files of the inbox", () => {
  it("are everybody's, newest first, with where they lie and why they are not taken", async () => {
    const ben = await addPerson(here.system, "Ben");
    await add("inbox/anna/phone/a.jpg");
    await add("inbox/ben/b.jpg", { ownerId: ben.id, name: "b\u202E.jpg" });
    const { files, next } = await refusedFiles(owner);
    expect(files).toMatchObject([
      { name: "b.jpg", key: "inbox/ben/b.jpg" },
      { name: "a.jpg", key: "inbox/anna/phone/a.jpg", size: 0, reason: WHY },
    ]);
    expect(Math.abs(Date.parse(files[0]?.seenAt ?? "") - Date.now())).toBeLessThan(60_000);
    expect(next).toBeNull();
    expect(await health(owner)).toEqual({ files: 0, others: 0, refused: 2 });
  });

  it("are not what failed in another way, nor what is on its way", async () => {
    await add("library/anna/2026/11/a~01234567.jpg", { source: null });
    await add("library/anna/2026/11/b~01234567.jpg", { source: "incoming/0193a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b" });
    await add("library/anna/2026/11/c~01234567.jpg", { source: "inbox/anna/c.jpg", state: "received" });
    expect(await refusedFiles(owner)).toEqual({ files: [], next: null });
  });

  it("come fifty at a time, each once", async () => {
    for (let i = 0; i < 51; i++) await add(`inbox/anna/${i}.jpg`);
    const first = await refusedFiles(owner);
    expect(first.files).toHaveLength(50);
    const second = await refusedFiles(owner, first.next ?? "");
    expect(second).toMatchObject({ files: [{ name: "0.jpg" }], next: null });
  });

  it("are the owner's to see", async () => {
    for (const ask of [refusedFiles, countRefused]) await expect(ask(here.anna.ctx)).rejects.toMatchObject({ code: "forbidden" });
  });
});
