import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startServer, type TestServer, texts } from "../support/s3-server.ts";

let s3: TestServer;
beforeAll(async () => {
  s3 = await startServer();
});
afterAll(async () => s3.stop());

describe("a listing", () => {
  const keys = ["a", "a/", "a/1", "a/2", "a/b/3", "a//4", "ab", "b%20c", "b c", "b+c", "\u0001", "é", "\uff5e", "\u{1f600}", "<&>"];
  beforeAll(async () => {
    await s3.server.createBucket("listed");
    for (const key of keys) await s3.ask({ method: "PUT", bucket: "listed", key, body: key });
  });

  const list = async (query: [string, string][]) => (await s3.ask({ method: "GET", bucket: "listed", query })).text;
  const decodeAll = (names: string[]) => names.map((name) => decodeURIComponent(name));

  it.each(["1", "2", "3", "1000"])("has every key once in byte order, %s at a time, in both versions", async (count) => {
    const sorted = keys.toSorted((a, b) => Buffer.from(a).compare(Buffer.from(b)));
    for (const version of ["1", "2"]) {
      const found: string[] = [];
      for (let more: [string, string][] | undefined = []; more;) {
        const text = await list([["list-type", version], ["encoding-type", "url"], ["max-keys", count], ...more]);
        found.push(...decodeAll(texts(text, "Key")));
        const token = texts(text, "NextContinuationToken")[0];
        const marker = texts(text, "NextMarker")[0];
        more = undefined;
        if (token !== undefined) more = [["continuation-token", token]];
        if (marker !== undefined) more = [["marker", decodeURIComponent(marker)]];
      }
      expect(found).toEqual(sorted);
    }
  });

  it("groups by a delimiter, page by page", async () => {
    const pages: string[][] = [];
    for (let token: string | undefined = ""; token !== undefined;) {
      const text: string = await list([
        ["list-type", "2"],
        ["delimiter", "/"],
        ["max-keys", "2"],
        ["encoding-type", "url"],
        ...(token === "" ? [] : [["continuation-token", token] as [string, string]]),
      ]);
      pages.push(
        decodeAll([
          ...texts(text, "Key"),
          ...texts(text, "CommonPrefixes").map(String),
          ...[...text.matchAll(/<CommonPrefixes><Prefix>([^<]*)/gu)].map(([, prefix = ""]) => prefix),
        ]),
      );
      token = texts(text, "NextContinuationToken")[0];
    }
    expect(pages.flat()).toEqual(["\u0001", "<&>", "a", "a/", "ab", "b c", "b%20c", "b+c", "é", "\uff5e", "\u{1f600}"]);
    const below = await list([
      ["list-type", "2"],
      ["prefix", "a/"],
      ["delimiter", "/"],
    ]);
    expect(texts(below, "Key")).toEqual(["a/", "a/1", "a/2"]);
    expect([...below.matchAll(/<CommonPrefixes><Prefix>([^<]*)/gu)].map(([, prefix]) => prefix)).toEqual(["a//", "a/b/"]);
  });

  it("starts behind a key, also behind one that is not there or lies within a group", async () => {
    expect(
      texts(
        await list([
          ["list-type", "2"],
          ["start-after", "b"],
        ]),
        "Key",
      )[0],
    ).toBe("b c");
    expect(
      texts(
        await list([
          ["list-type", "2"],
          ["start-after", "a/1"],
          ["delimiter", "/"],
        ]),
        "Key",
      )[0],
    ).toBe("ab");
    expect(
      texts(
        await list([
          ["list-type", "2"],
          ["prefix", "zz"],
        ]),
        "KeyCount",
      ),
    ).toEqual(["0"]);
  });
});
