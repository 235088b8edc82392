import type { Ctx } from "#kernel";
import { upload } from "#upload/table";
import { assemble, noPorts } from "@tintype/test/ingest";
import { type Library, openLibrary } from "@tintype/test/library";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "./run.ts";

let library: Library;
let system: Ctx;
beforeAll(async () => {
  library = await openLibrary();
  ({ system } = library);
});
afterAll(() => library.close());

const uploadOf = async (key: string) => (await system.db.select().from(upload).where(eq(upload.key, key)))[0];

describe("an upload that is sent again while its wrong bytes are removed", () => {
  /** The person adds the file again, and it is taken as an upload in one piece. */
  const sendAgain = async (name: string, key: string): Promise<void> => {
    await system.db.update(upload).set({ partSize: null }).where(eq(upload.key, key));
    expect(await library.send(name, new TextEncoder().encode(`right: ${name}`))).toBe(key);
  };
  const wrongAt = async (name: string): Promise<string> => {
    const key = await library.send(name, new TextEncoder().encode(`right: ${name}`));
    await system.store.remove([key]);
    await system.db.update(upload).set({ state: "open" }).where(eq(upload.key, key));
    await assemble(system, key, `wrong: ${name}`);
    return key;
  };
  const removing = (around: (remove: () => Promise<boolean>) => Promise<boolean>): Ctx => {
    const { store } = system;
    const remove = async (keys: readonly string[]) => void (await around(() => store.remove(keys).then(() => true)));
    return { ...system, store: { ...store, remove, removeSame: (version) => around(() => store.removeSame(version)) } };
  };

  it("is kept by a worker that asks twice, because the first answer was lost", async () => {
    const key = await wrongAt("a.txt");
    let isDone = false;
    const lossy = removing(async (remove) => {
      if (isDone) return remove();
      isDone = true;
      await remove();
      await sendAgain("a.txt", key);
      return remove();
    });
    expect(await run(lossy, noPorts, { key, steps: [] })).toMatchObject({ kind: "ready" });
    expect(await new Response(await system.store.get(key)).text()).toBe("right: a.txt");
    expect(await uploadOf(key)).toMatchObject({ state: "committed" });
  });

  it("and is safe by then is kept by a worker that stood still before", async () => {
    const key = await wrongAt("b.txt");
    let isDone = false;
    const slow = removing(async (remove) => {
      if (isDone) return remove();
      isDone = true;
      expect(await run(system, noPorts, { key, steps: [] })).toMatchObject({ kind: "rejected" });
      await sendAgain("b.txt", key);
      expect(await run(system, noPorts, { key, steps: [] })).toMatchObject({ kind: "ready" });
      return remove();
    });
    expect(await run(slow, noPorts, { key, steps: [] })).toMatchObject({ kind: "unchanged" });
    expect(await new Response(await system.store.get(key)).text()).toBe("right: b.txt");
  });
});
