import { newId } from "#kernel";
import { upload } from "#upload/table";
import { useAnna } from "@tintype/test/anna";
import { addAsset } from "@tintype/test/person";
import { useStore } from "@tintype/test/store";
import { describe, expect, it } from "vitest";
import { endRefused, holderOf, outdate, ownerOf, receivedFrom, refuse, revive, tell, uploadFrom } from "./row.ts";

const store = useStore();
const here = useAnna(() => ({ store: store() }));

const SOURCE = "inbox/anna/a.jpg";
const hashOf = (byte: number) => new Uint8Array(32).fill(byte);
const rows = () => here.system.db.select({ state: upload.state, reason: upload.reason, sha256: upload.sha256 }).from(upload);

/** An upload from the inbox, of bytes that are told by one of them. */
async function add(byte: number, rest: Partial<typeof upload.$inferInsert> = {}) {
  const facts = { name: "a.jpg", type: "image/jpeg", size: 1, modifiedAt: "2024-01-01T00:00:00", expiresAt: new Date() };
  const values = { ...facts, id: newId(), ownerId: here.anna.id, state: "received", key: `library/anna/${byte}`, source: SOURCE } as const;
  const [row] = await here.system.db
    .insert(upload)
    .values({ ...values, sha256: hashOf(byte), ...rest })
    .returning();
  return row!;
}

describe("uploads from one place", () => {
  it("are told apart by their bytes", async () => {
    const [first, second] = [await add(1, { createdAt: new Date(1) }), await add(2)];
    expect(await uploadFrom(here.system, SOURCE)).toMatchObject({ id: second.id });
    expect(await uploadFrom(here.system, SOURCE, hashOf(1))).toMatchObject({ id: first.id });
    expect(await uploadFrom(here.system, SOURCE, hashOf(3))).toBeUndefined();
    expect(await uploadFrom(here.system, "inbox/anna/b.jpg")).toBeUndefined();
  });

  it("are over when other bytes lie there, but for those that are safe", async () => {
    await add(1);
    await add(2);
    await add(3, { state: "committed" });
    await outdate(here.system, SOURCE, hashOf(2));
    expect((await rows()).map(({ state }) => state).toSorted()).toEqual(["committed", "expired", "received"]);
    expect(await receivedFrom(here.system, SOURCE)).toMatchObject([{ key: "library/anna/2" }]);
    await outdate(here.system, SOURCE);
    expect(await receivedFrom(here.system, SOURCE)).toEqual([]);
  });

  it("that are refused fail once nothing lies there, and not before", async () => {
    const row = await add(1, { state: "open" });
    await refuse(here.system, row, "Other bytes.");
    expect(await rows()).toMatchObject([{ state: "received", reason: "Other bytes." }]);
    await endRefused(here.system, SOURCE);
    expect(await rows()).toMatchObject([{ state: "failed", reason: "Other bytes." }]);
    await revive(here.system, row);
    expect(await rows()).toMatchObject([{ state: "expired" }]);
    await refuse(here.system, row, "Again.");
    expect(await rows()).toMatchObject([{ state: "expired", reason: "Other bytes." }]);
  });
});

describe("what cannot be taken in", () => {
  it("is told of once, anew when it has changed, and no more when it has gone", async () => {
    const owner = { ownerId: here.anna.id, handle: "anna" };
    const file = { name: "a.jpg", size: 0, modifiedAt: "2024-01-01T00:00:00" };
    expect(await tell(here.system, owner, SOURCE, file, "It is empty.")).toBe(true);
    expect(await tell(here.system, owner, SOURCE, file, "It is empty.")).toBe(false);
    expect(await tell(here.system, owner, SOURCE, { ...file, size: 9 }, "It is too large.")).toBe(true);
    expect(await rows()).toMatchObject([{ state: "failed", reason: "It is too large." }]);
    expect(await uploadFrom(here.system, SOURCE)).toBeUndefined();
    await endRefused(here.system, SOURCE);
    expect(await rows()).toEqual([]);
  });
});

describe("whose and where", () => {
  it("a folder belongs to the person of its handle", async () => {
    expect(await ownerOf(here.system, "anna")).toEqual({ ownerId: here.anna.id, handle: "anna" });
    expect(await ownerOf(here.system, "nobody")).toBeUndefined();
  });

  it("bytes are held by an asset only while the store has its original", async () => {
    const { etag } = await store().put("library/anna/held.jpg", new Uint8Array([1]), { type: "image/jpeg" });
    const facts = { key: "library/anna/held.jpg", etag, size: 1, sha256: hashOf(7) };
    const id = await addAsset(here.system, here.anna.id, "2024-01-01T00:00:00", facts);
    expect(await holderOf(here.system, here.anna.id, hashOf(7))).toMatchObject({ id });
    expect(await holderOf(here.system, newId(), hashOf(7))).toBeUndefined();
    await store().remove([facts.key]);
    expect(await holderOf(here.system, here.anna.id, hashOf(7))).toBeUndefined();
  });

  it("only the service writes", async () => {
    await expect(
      tell(here.anna.ctx, { ownerId: here.anna.id, handle: "anna" }, SOURCE, { name: "a", size: 0, modifiedAt: "" }, "x"),
    ).rejects.toMatchObject({ code: "forbidden" });
  });
});
