import { utf8ToBytes } from "@noble/hashes/utils.js";
import { newId } from "#kernel";
import { upload } from "#upload/table";
import { useAnna } from "@tintype/test/anna";
import { useStore } from "@tintype/test/store";
import { expect, it } from "vitest";
import { unwantedOf } from "./guest.ts";

const store = useStore();
const here = useAnna(() => ({ store: store() }));

type Row = typeof upload.$inferSelect;

async function anUpload(content: string, change: Partial<Row>) {
  const key = `incoming/anna/${newId()}`;
  await store().put(key, utf8ToBytes(content), { type: "image/gif" });
  const facts = { name: "a.gif", type: "image/gif", size: content.length, sha256: new Uint8Array(32), modifiedAt: "2024-06-05T04:03:02" };
  const row = { id: newId(), ownerId: here.anna.id, state: "received", key: `library/anna/${newId()}.gif`, source: key, ...facts } as const;
  const [made] = await here.system.db
    .insert(upload)
    .values({ ...row, expiresAt: new Date(), ...change })
    .returning();
  return { row: made!, head: await store().head(key) };
}

it.each([
  ["an owner's own file, whatever it is", "%PDF-1.7", {}, undefined],
  ["a guest's picture", "GIF89a", { linkId: newId() }, undefined],
  ["a guest's document", "%PDF-1.7", { linkId: newId() }, "This is a PDF. Only photos and videos can be sent. Choose another file."],
  ["a guest's picture after the link was closed", "GIF89a", { linkId: newId(), state: "expired" }, "This upload has ended."],
  [
    "a guest's picture of which the photo is gone",
    "GIF89a",
    { linkId: newId(), state: "committed", assetId: newId() },
    "This upload has ended.",
  ],
] as const)("%s", async (_, content, change, reason) => {
  const { row, head } = await anUpload(content, change);
  expect(await unwantedOf(here.system, row, head)).toBe(reason);
});
