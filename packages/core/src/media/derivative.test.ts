import type { Ctx } from "#kernel";
import { asset } from "#asset/table";
import { derivedKey } from "#storage";
import { noPorts } from "@tintype/test/ingest";
import { useDatabase } from "@tintype/test/database";
import { addAsset, addPerson, systemOn } from "@tintype/test/person";
import { useStore } from "@tintype/test/store";
import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { derivative } from "./derivative.ts";
import type { Derived, Ports, Refusal } from "./ports.ts";
import { sniff } from "./sniff.ts";
import type { AssetRow } from "./step.ts";

const database = useDatabase();
const store = useStore();
let system: Ctx;
let row: AssetRow;

beforeEach(async () => {
  system = systemOn(database(), { store: store() });
  const anna = await addPerson(system, "Anna");
  const id = await addAsset(system, anna.id, "2024-01-02T03:04:05", { name: "a.jpg", exif: { make: "Apple", partial: true } });
  row = (await system.db.select().from(asset).where(eq(asset.id, id)))[0]!;
});

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.codePointAt(0)!);
const derives = (answer: Derived | Refusal): Ports => ({ ...noPorts, image: { ...noPorts.image, derive: () => Promise.resolve(answer) } });
const run = (ports: Ports, content: Uint8Array, name = row.name) =>
  derivative.run(system, ports, {
    asset: { ...row, name },
    format: sniff(content, name),
    bytes: sniff(content, name).kind === "photo" ? content : undefined,
    source: { size: content.length, read: () => Promise.reject(new Error("nothing to read")) },
    modified: undefined,
  });

const JPEG = bytes("\xff\xd8\xff\xe0");

it("of a sidecar nothing is made, and nothing is wrong with it", async () => {
  const content = new TextEncoder().encode("<x:xmpmeta xmlns:x='adobe:ns:meta/'>");
  expect(await run(noPorts, content, "a.xmp")).toEqual({ reason: null });
});

describe("of a photo", () => {
  it("thumbnail and preview are put into the store, to be kept by browsers for ever", async () => {
    const made = { width: 30, height: 20, thumb: bytes("thumb"), preview: bytes("preview"), thumbhash: bytes("hash"), partial: false };
    expect(await run(derives(made), JPEG)).toEqual({
      reason: null,
      width: 30,
      height: 20,
      thumbhash: made.thumbhash,
      derivedVersion: 1,
      derivedBytes: 12,
      exif: { make: "Apple" },
    });
    const url = store().sign.get({ key: derivedKey(row, "thumb.webp", 1) });
    const answer = await fetch(url);
    expect([await answer.text(), answer.headers.get("content-type"), answer.headers.get("cache-control")]).toEqual([
      "thumb",
      "image/webp",
      "private, max-age=31536000, immutable",
    ]);
    expect((await store().head(derivedKey(row, "preview.jpg", 1))).type).toBe("image/jpeg");
  });

  it("that decodes only in part is shown, and said to be partial", async () => {
    const made = { width: 3, height: 2, thumb: bytes("t"), preview: bytes("p"), thumbhash: bytes("h"), partial: true };
    expect(await run(derives(made), JPEG)).toMatchObject({ reason: null, exif: { make: "Apple", partial: true } });
  });

  it.each(["damaged", "too_large", "slow", "hungry", "crashed"] as const)("that is %s has a reason in words", async (refused) => {
    expect((await run(derives({ refused }), JPEG)).reason).toMatch(/^The picture .+\.$/u);
  });
});

describe("of what is no photo that we decode", () => {
  it.each([
    ["\xff\x0a\xfa", "a.jxl", "This is a JPEG XL picture. It is kept, but cannot be shown yet."],
    ["Dear diary", "a.jpg", "The name says that it is a JPEG, but the file is plain text."],
    ["<html>", "a.jpg", "The name says that it is a JPEG, but the file is a web page."],
    ["<svg/>", "a.svg", "The file is an SVG drawing, not a photo or video. It is kept as it is."],
    ["\0\x01", "a", "The file is of an unknown format, not a photo or video. It is kept as it is."],
    ["", "a.heic", "The file is empty."],
  ])("%j named %s says why", async (content, name, reason) => {
    expect(await run(noPorts, bytes(content), name)).toEqual({ reason });
  });

  it.each([
    ["IIU\0\x18\0\0\0", "a.rw2"],
    ["\0\0\0\x10ftypqt  \0\0\0\0", "a.mov"],
  ])("%j is shown as a typed tile, without a reason", async (content, name) => {
    expect(await run(noPorts, bytes(content), name)).toEqual({ reason: null });
  });
});
