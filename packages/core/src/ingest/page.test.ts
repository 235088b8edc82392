import { asset } from "#asset/table";
import type { Ctx } from "#kernel";
import type { ListedObject } from "#storage";
import { useDatabase } from "@tintype/test/database";
import { addAsset, addPerson, systemOn } from "@tintype/test/person";
import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { absentFrom, judge, type Known, type Verdict } from "./page.ts";

const object = (key: string, etag = "e", size = 1): ListedObject => ({ key, etag, size, lastModified: new Date() });

describe("an object of a listing", () => {
  const scale = { handles: new Set(["anna"]), current: { verify: 1, look: 2 } };
  const A = "library/anna/a";
  const row = (change: Partial<Known["assets"][0]> = {}) => [{ key: A, etag: "e", size: 1, missing: false, ...change }];
  const entry = (steps: Record<string, number>, isCopy = false) => [{ key: A, etag: "e", steps, isCopy }];
  const done = entry({ verify: 1, look: 2 });
  const verified = entry({ verify: 1 });
  const settled = entry({ verify: 1 }, true);

  it.each<[string, ListedObject, Partial<Known>, Verdict]>([
    ["of which nothing is known", object(A), {}, "news"],
    ["that is an asset on which all is done", object(A), { assets: row(), ledger: done }, "current"],
    ["that was overwritten", object(A, "f"), { assets: row(), ledger: done }, "news"],
    ["that was cut in its place", object(A, "e", 0), { assets: row(), ledger: done }, "news"],
    ["that went missing and is back", object(A), { assets: row({ missing: true }) }, "news"],
    ["under whose name lies a copy of another asset", object(A), { assets: row({ missing: true }), ledger: settled }, "settled"],
    ["that came back as something else", object(A, "f"), { assets: row({ missing: true }), ledger: settled }, "news"],
    ["that an older step has read", object(A), { assets: row(), ledger: entry({ verify: 1, look: 1 }) }, "outdated"],
    ["that a newer program has read", object(A), { assets: row(), ledger: entry({ verify: 1, look: 3 }) }, "outdated"],
    ["that a new step has not read", object(A), { assets: row(), ledger: verified }, "outdated"],
    ["that is an asset of which the ledger knows nothing", object(A), { assets: row() }, "outdated"],
    ["that is a settled copy", object(A), { ledger: settled }, "settled"],
    ["that is a copy settled in other bytes", object(A, "f"), { ledger: settled }, "news"],
    ["that an older program settled", object(A), { ledger: entry({}, true) }, "news"],
    ["of which an asset that has moved away was read", object(A), { ledger: done }, "news"],
    ["in nobody's folder", object("library/nobody/a"), {}, "foreign"],
    ["that marks a folder", object("library/anna/2024/"), {}, "foreign"],
  ])("%s", (_, found, known, verdict) => {
    expect(judge([found], { assets: [], ledger: [], ...known }, scale)).toEqual([verdict]);
  });
});

describe("what a piece of the listing lacks", () => {
  const database = useDatabase();
  let system: Ctx;
  beforeEach(async () => {
    system = systemOn(database());
    const anna = await addPerson(system, "Anna");
    for (const name of ["B", "a", "Z~", "\u00e9", "\uffee", "\u{1f600}"]) {
      await addAsset(system, anna.id, "2024-01-01T00:00:00", { key: `library/${name}` });
    }
    await addAsset(system, anna.id, "2024-01-01T00:00:00", { key: "lost/x" });
  });
  const absent = (after: string | undefined, to: string | undefined, listed: string[] = [], limit = 100) =>
    absentFrom(
      system,
      { after, to },
      listed.map((key) => object(key)),
      limit,
    );

  it("is in the order of bytes, as stores list, and ends with the library", async () => {
    const keys = ["B", "Z~", "a", "\u00e9", "\uffee", "\u{1f600}"].map((name) => `library/${name}`);
    expect(await absent(undefined, undefined)).toEqual({ count: 6, keys });
    expect(await absent("library/B", "library/a")).toEqual({ count: 2, keys: keys.slice(1, 3) });
    expect(await absent("library/a", undefined, ["library/\uffee"])).toEqual({ count: 2, keys: [keys[3], keys[5]] });
  });

  it("is counted whole, and named up to a limit", async () => {
    expect(await absent(undefined, undefined, ["library/B"], 2)).toEqual({ count: 5, keys: ["library/Z~", "library/a"] });
    expect(await absent(undefined, undefined, [], 0)).toEqual({ count: 6, keys: [] });
  });

  it("leaves out what is known to be missing", async () => {
    await system.db.update(asset).set({ missing: true }).where(eq(asset.key, "library/a"));
    expect((await absent(undefined, undefined)).count).toBe(5);
  });
});
