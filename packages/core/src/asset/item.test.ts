import { newId } from "#kernel";
import { signerOnly } from "@tintype/test/person";
import { describe, expect, it } from "vitest";
import { appendItem, derivedUrl, type ItemRow, noItems } from "./item.ts";

const row: ItemRow = {
  id: newId(),
  ownerId: newId(),
  kind: "photo",
  state: "ready",
  name: "Ulaanbaatar.jpg",
  localAt: "2019-07-14T10:11:12",
  durationMs: null,
  thumbhash: Uint8Array.of(1, 2, 3),
  derivedVersion: 1,
  sha256: new Uint8Array(32),
  favourite: true,
  missing: true,
  sourceId: null,
  lockedAt: null,
};
const ctx = { actor: { kind: "user", userId: row.ownerId, role: "member" }, store: signerOnly } as const;
const told = (discretion?: Parameters<typeof appendItem>[3]) => {
  const columns = noItems();
  appendItem(ctx, columns, row, discretion);
  return columns;
};

describe("an item", () => {
  it("tells its owner everything", () => {
    expect(told()).toMatchObject({ name: ["Ulaanbaatar.jpg"], localAt: ["2019-07-14T10:11:12"], thumbhash: ["AQID"], flags: [3] });
  });

  it("tells others not whose favourite it is", () => {
    expect(told({})).toMatchObject({ name: ["Ulaanbaatar.jpg"], flags: [6] });
  });

  it("tells neither name nor time where those are hidden", () => {
    expect(told({ name: "photo" })).toMatchObject({ name: ["photo"], localAt: [""], flags: [6] });
    expect(JSON.stringify(told({ name: "photo" }))).not.toMatch(/Ulaan|2019/u);
  });
});

describe("the picture of an asset", () => {
  it("is that of its source where it is a reference, and none where none was made", () => {
    const sourceId = newId();
    expect(derivedUrl(ctx, { ...row, sourceId }, "thumb")).toContain(`/derived/${sourceId}/`);
    expect(derivedUrl(ctx, { ...row, derivedVersion: null }, "thumb")).toBeNull();
  });

  it("is saved under a name where one is given", () => {
    expect(derivedUrl(ctx, row, "preview", 'attachment; filename="a.jpg"')).toContain("response-content-disposition=attachment");
  });
});
