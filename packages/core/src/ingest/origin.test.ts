import { useAnna } from "@tintype/test/anna";
import { useStore } from "@tintype/test/store";
import { fileOf, planOne } from "@tintype/test/upload";
import { describe, expect, it } from "vitest";
import { newName, originOf } from "./origin.ts";

const store = useStore();
const here = useAnna(() => ({ store: store() }));

describe("the origin of an object", () => {
  it("is the upload that announced it", async () => {
    const answer = await planOne(here.anna.ctx, fileOf("origin", { name: "Été.jpg", modifiedOffset: 120 }));
    const key = new URL(answer.status === "put" ? answer.request.url : "").pathname.replace("/photos/", "");
    expect(await originOf(here.system, { key, lastModified: new Date() })).toMatchObject({
      ownerId: here.anna.id,
      name: "Été.jpg",
      modified: { at: "2024-06-05T04:03:02", offset: 120 },
      expected: { sha256: fileOf("origin").sha256 },
    });
  });

  it("is else the person whose folder it lies in, at the store's time", async () => {
    const lastModified = new Date("2026-03-04T05:06:07Z");
    expect(await originOf(here.system, { key: "library/anna/trip/a~0123abcd.jpg", lastModified })).toEqual({
      ownerId: here.anna.id,
      name: "a.jpg",
      modified: { at: "2026-03-04T05:06:07", offset: 0 },
      expected: undefined,
    });
  });

  it.each(["library/nobody/a.jpg", "derived/anna/a.jpg", "library/anna/"])("%s is nobody's", async (key) => {
    expect(await originOf(here.system, { key, lastModified: new Date() })).toBeUndefined();
  });
});

it.each([
  ["library/ada/2026/03/IMG_1~0123abcd.jpg", "library/ada/2026/03/Boat.jpg", "Boat.jpg"],
  ["library/ada/2026/03/IMG_1~0123abcd.jpg", "library/ada/trips/IMG_1~0123abcd.jpg", undefined],
  ["library/ada/2026/03/IMG_1~0123abcd4567.jpg", "library/ada/2026/03/IMG_1~0123abcd.jpg", undefined],
  ["lost/0199", "library/ada/2026/03/IMG_1~0123abcd.jpg", undefined],
])("an object that was %s and is %s was renamed to %s", (before, key, name) => {
  expect(newName(before, key)).toBe(name);
});
