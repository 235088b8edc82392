import { createHash } from "node:crypto";
import { mkdirSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { asset } from "@tintype/core/asset/table";
import * as Ingest from "@tintype/core/ingest";
import type { Ctx } from "@tintype/core/kernel";
import * as Staging from "@tintype/core/staging";
import * as Upload from "@tintype/core/upload";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { OpenDatabase } from "../../packages/functions/src/adapters/db-drizzle.ts";
import { setUpStore } from "../../packages/functions/src/adapters/store-s3-setup.ts";
import { drain, noPorts, putByHand, shows } from "../support/ingest.ts";
import { openLibraryOn } from "../support/library.ts";
import { borrowDatabase } from "../support/shared-database.ts";
import { type RunningStore, SETTING, STORES } from "../support/stores.ts";

/** Longer than a file of the inbox has to rest. */
const LATER_MS = 7000;

describe.each(STORES)("a file of the inbox that is overwritten on $name", { timeout: 60_000 }, ({ start }) => {
  let running: RunningStore;
  let database: OpenDatabase;
  let library: Awaited<ReturnType<typeof openLibraryOn>>;
  let round = 0;

  beforeAll(async () => {
    running = await start();
    await setUpStore(running.options, SETTING);
    database = await borrowDatabase();
    library = await openLibraryOn(database, running.options);
    library.system.now = () => new Date(Date.now() + LATER_MS);
  });
  afterAll(async () => {
    await library.close();
    await database.close();
    await running.stop();
  });
  beforeEach(() => void round++);

  const store = () => library.system.store;
  const byS3 = async (key: string, content: string): Promise<void> => void (await putByHand(library.system, key, content));
  /** As cp and Samba do: an older file is written over in its place. */
  const byFolder = async (key: string, content: string): Promise<void> => {
    const path = join(running.folder ?? "", key);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  };
  const textAt = async (key: string) => new Response(await store().get(key)).text();
  const contents = async () => Promise.all((await library.system.db.select().from(asset)).map(({ key }) => textAt(key)));
  const takeIn = async (ctx: Ctx, atOnce: boolean): Promise<void> => {
    for (let looks = 0; looks < 3; looks++) {
      await Staging.look(ctx);
      await drain(ctx, noPorts, { atOnce });
    }
  };

  /** Overwrites it just before or after the store is asked for this. */
  function overwriting(name: "copy" | "removeSame" | "open", when: "before" | "after", key: string, write: () => Promise<void>): Ctx {
    let isDone = false;
    const real = store();
    const act = async (work: () => Promise<unknown>): Promise<never> => {
      const once = async () => {
        if (isDone) return;
        isDone = true;
        await write();
      };
      if (when === "before") await once();
      const result = await work();
      if (when === "after") await once();
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

  const MOMENTS = [
    ["after it was read", "open", "after"],
    ["before it is copied", "copy", "before"],
    ["after it was copied", "copy", "after"],
    ["before it is removed", "removeSame", "before"],
  ] as const;
  const WAYS = [
    ["by S3", byS3, byS3],
    ["through the folder", byFolder, byFolder],
    ["through the folder, where S3 had put it", byS3, byFolder],
  ] as const;

  describe.each(WAYS)("%s", (way, first, second) => {
    const moments = MOMENTS.flatMap((moment) => [true, false].map((atOnce) => [...moment, atOnce] as const));

    it.each(moments)("%s keeps its second content (%s, %s, taken in at once: %s)", async (_, name, when, atOnce) => {
      if (way !== "by S3" && running.folder === undefined) return;
      const key = `inbox/anna/${round}/IMG_0001.txt`;
      await first(key, `the first photo ${round}`);
      const ctx = overwriting(name, when, key, () => second(key, `the second photo ${round}, of another card`));
      await takeIn(ctx, atOnce);
      expect(await contents()).toContain(`the second photo ${round}, of another card`);
      expect((await store().list(`inbox/anna/${round}/`)).objects).toEqual([]);
      if (when === "after" && name === "copy") expect(await contents()).toContain(`the first photo ${round}`);
    });
  });

  it("in its place in the library is not said to be there, and the sweep finds it", async () => {
    if (running.folder === undefined) return;
    const bytes = new TextEncoder().encode("an original of some length");
    const file = { name: "a.txt", size: bytes.length, type: "text/plain", sha256: "", modifiedAt: "2020-02-03T04:05:06" };
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const key = await library.send("a.txt", bytes);
    await drain(library.system);
    truncateSync(join(running.folder, key), 3);
    expect(await Upload.plan(library.owner.ctx, [{ ...file, sha256 }])).toMatchObject([{ status: "put" }]);
    expect(await Ingest.sweep(library.system, { steps: [shows], afresh: true })).toMatchObject({ hinted: 1 });
    expect((await drain(library.system)).at(-1)).toBe("ready");
  });
});
