import { asset } from "#asset/table";
import type { Ctx } from "#kernel";
import { upload } from "#upload/table";
import { drain, noPorts, putByHand } from "@tintype/test/ingest";
import { openLibrary, type Library } from "@tintype/test/library";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { REST_MS } from "./inbox.ts";
import { look } from "./look.ts";

let library: Library;
beforeEach(async () => {
  // What is dropped now is at rest.
  library = await openLibrary({ aheadMs: REST_MS + 1000 });
});
afterEach(() => library.close());

const store = () => library.system.store;
const keys = async (prefix = "") => (await store().list(prefix)).objects.map(({ key }) => key);
const textAt = async (key: string) => new Response(await store().get(key)).text();
const assets = () => library.system.db.select().from(asset).orderBy(asset.createdAt);
const drop = (name: string, content: string) => putByHand(library.system, `inbox/anna/${name}`, content);

describe.each([
  ["is taken in at once", true],
  ["is left to ingest", false],
])("a file that is overwritten while it moves and %s", (_way, atOnce) => {
  /** Overwrites it just before or after the store is asked for this. */
  function overwriting(name: "copy" | "removeSame" | "open", when: "before" | "after", key: string): Ctx {
    let isDone = false;
    const real = store();
    const act = async (work: () => Promise<unknown>): Promise<never> => {
      const put = async () => {
        if (isDone) return;
        isDone = true;
        await putByHand(library.system, key, "the second content");
      };
      if (when === "before") await put();
      const result = await work();
      if (when === "after") await put();
      return result as never;
    };
    return {
      ...library.system,
      store: {
        ...real,
        copy: (...given) => (name === "copy" ? act(() => real.copy(...given)) : real.copy(...given)),
        removeSame: (...given) => (name === "removeSame" ? act(() => real.removeSame(...given)) : real.removeSame(...given)),
        open: async (...given) => {
          if (name !== "open" || given[0] !== key) return real.open(...given);
          const { head, body } = await real.open(...given);
          const bytes = await act(() => new Response(body).arrayBuffer());
          return { head, body: new Response(bytes).body! };
        },
      },
    };
  }

  it.each([
    ["after it was read", "open", "after", 1],
    ["before it is copied", "copy", "before", 1],
    ["after it was copied", "copy", "after", 2],
    ["before it is removed", "removeSame", "before", 2],
    ["after it was removed", "removeSame", "after", 2],
  ] as const)("%s loses no content that could be had", async (_, name, when, count) => {
    const key = await drop("twice.txt", "the first content");
    const ctx = overwriting(name, when, key);
    await look(ctx);
    await drain(ctx, noPorts, { atOnce });
    await look(ctx);
    await drain(ctx, noPorts, { atOnce });
    const contents = await Promise.all((await assets()).map((row) => textAt(row.key)));
    expect(contents).toContain("the second content");
    expect(contents).toHaveLength(count);
    expect(await keys("inbox/")).toEqual([]);
    const states = await library.system.db.select({ state: upload.state }).from(upload);
    expect(states.filter(({ state }) => state === "received")).toEqual([]);
    expect((await assets()).map((row) => row.name)).toEqual(Array.from({ length: count }, () => "twice.txt"));
  });
});
