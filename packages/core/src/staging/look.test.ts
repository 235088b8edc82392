import { job, setting } from "#kernel/table";
import type { ListedObject, ObjectStore } from "#storage";
import { upload } from "#upload/table";
import { useAnna } from "@tintype/test/anna";
import { useStore } from "@tintype/test/store";
import { fileOf, planOne } from "@tintype/test/upload";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { look } from "./look.ts";

const store = useStore({ pins: false });
const here = useAnna(() => ({ store: store() }));

const objectAt = (key: string, size = 1): ListedObject => ({ key, size, etag: "e", lastModified: new Date() });
const hinted = async () => (await here.system.db.select({ key: job.dedupe }).from(job).orderBy(job.dedupe)).map(({ key }) => key);

/** A look at a store that lists these, `limit` at a time. */
function lookAt(objects: readonly ListedObject[], limit = 1000) {
  const list: ObjectStore["list"] = async (prefix, { after = "" } = {}) => {
    const left = objects.filter(({ key }) => key.startsWith(prefix) && key > after);
    const page = left.slice(0, limit);
    return left.length > limit ? { objects: page, next: page.at(-1)!.key } : { objects: page };
  };
  return look({ ...here.system, store: { ...store(), list } });
}

describe("a look at what is staged", () => {
  it("costs two requests when there is nothing, and remembers nothing", async () => {
    expect(await look(here.system)).toEqual({ listed: 0, hinted: 0, lists: 2 });
    expect(await here.system.db.select().from(setting).where(eq(setting.name, "staging"))).toEqual([]);
  });

  it("hints uploads of which we know, and files in somebody's folder", async () => {
    const { uploadId } = await planOne(here.anna.ctx, fileOf("known"));
    const objects = [
      `incoming/anna/${uploadId}`,
      "incoming/unknown",
      "incoming/nobody/unknown",
      "inbox/anna/a.jpg",
      "inbox/anna/a.jpg.partial",
      "inbox/nobody/a.jpg",
    ];
    expect(await lookAt(objects.map((key) => objectAt(key)))).toEqual({ listed: 6, hinted: 2, lists: 2 });
    expect(await hinted()).toEqual(["inbox/anna/a.jpg", `incoming/anna/${uploadId}`]);
  });

  it("hints no more what cannot be taken in, until it is another", async () => {
    const key = "inbox/anna/empty.jpg";
    const { uploadId } = await planOne(here.anna.ctx, fileOf("any"));
    await here.system.db.update(upload).set({ state: "failed", source: key, key, size: 0 }).where(eq(upload.id, uploadId));
    expect(await lookAt([objectAt(key, 0)])).toMatchObject({ hinted: 0 });
    expect(await lookAt([objectAt(key, 5)])).toMatchObject({ hinted: 1 });
  });

  it("hints what was refused and is gone once, in the piece of the listing in which it was", async () => {
    const refused = ["inbox/anna/a.jpg", "inbox/anna/c.jpg", "inbox/anna/z.jpg"];
    for (const [i, key] of refused.entries()) {
      const { uploadId } = await planOne(here.anna.ctx, fileOf(`any ${i}`));
      await here.system.db.update(upload).set({ state: "failed", source: key, key, size: 0 }).where(eq(upload.id, uploadId));
    }
    const listed = ["b", "c", "d", "e", "f", "y"].map((name) => objectAt(`inbox/anna/${name}.jpg.partial`));
    await lookAt(listed, 1);
    expect(await hinted()).toEqual(["inbox/anna/a.jpg", "inbox/anna/c.jpg"]);
    await lookAt(listed, 1);
    expect(await hinted()).toEqual(refused);
  });

  it("goes on where it stopped, and begins anew after the end: what is stuck in front keeps nothing back", async () => {
    const objects = Array.from({ length: 7 }, (_, i) => objectAt(`inbox/nobody/${i}`));
    const all = [...objects, objectAt("inbox/zoe/a.jpg"), objectAt("inbox/anna/a.jpg")].toSorted((a, b) => (a.key < b.key ? -1 : 1));
    expect(await lookAt(all, 1)).toEqual({ listed: 5, hinted: 1, lists: 6 });
    expect(await lookAt(all, 1)).toEqual({ listed: 4, hinted: 0, lists: 5 });
    expect(await lookAt(all, 1)).toMatchObject({ listed: 5, hinted: 1 });
  });

  it("that fails begins again where it was, and is the service's alone", async () => {
    const away = { ...here.system, store: { ...store(), list: () => Promise.reject(new Error("away")) } };
    await expect(look(away)).rejects.toThrow("away");
    expect(await lookAt([objectAt("inbox/anna/a.jpg")])).toMatchObject({ hinted: 1 });
    await expect(look(here.anna.ctx)).rejects.toMatchObject({ code: "forbidden" });
  });
});
