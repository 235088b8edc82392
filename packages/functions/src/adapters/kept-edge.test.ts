import { type Line, recorder } from "@tintype/test/api";
import { describe, expect, it } from "vitest";
import { createKept } from "./kept-edge.ts";

const ORIGIN = "https://photos.example.org";

describe("what is kept at the edge", () => {
  it("lies under the Worker's own host, where its cache works, and each name is its own", async () => {
    const lies = new Map<string, Response>();
    const cache = {
      match: (url: string) => Promise.resolve(lies.get(url)?.clone()),
      put: (url: string, kept: Response) => Promise.resolve(void lies.set(url, kept)),
    };
    const kept = createKept(cache, ORIGIN, recorder([]));
    const names = ["items/anna/1.2?ranges=1", "items/anna/1.2?ranges=2", "items/../anna"];
    for (const [i, name] of names.entries()) await kept.put(name, new Uint8Array([i]), 60);
    expect(await Promise.all(names.map((name) => kept.get(name)))).toEqual([0, 1, 2].map((i) => new Uint8Array([i])));
    expect(await kept.get("items/ben")).toBeUndefined();
    // A cache keeps it for so long at most.
    expect([...lies.values()].map(({ headers }) => headers.get("cache-control"))).toEqual(names.map(() => "max-age=60"));
    for (const url of lies.keys()) {
      expect(new URL(url)).toMatchObject({ origin: ORIGIN, pathname: expect.stringMatching(/^\/api\/kept\/[^/]+$/u), search: "" });
    }
  });

  it("is nothing where the cache fails, and that is told in the log alone", async () => {
    const lines: Line[] = [];
    const broken = () => Promise.reject(new Error("no cache today"));
    const kept = createKept({ match: broken, put: broken }, ORIGIN, recorder(lines));
    await kept.put("a", new Uint8Array([1]), 60);
    expect(await kept.get("a")).toBeUndefined();
    expect(lines).toMatchObject([{ event: "kept.failed" }, { event: "kept.failed" }]);
  });
});
