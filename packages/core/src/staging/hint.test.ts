import * as Ingest from "#ingest";
import { noPorts, putByHand, shows } from "@tintype/test/ingest";
import { openLibrary } from "@tintype/test/library";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { jobsOf, restsAt } from "./hint.ts";
import { REST_MS } from "./inbox.ts";
import { run } from "./run.ts";

const now = new Date("2026-11-29T10:00:00Z");
const ago = (ms: number): Date => new Date(now.getTime() - ms);

describe("a file is to be looked at", () => {
  it.each<[string, Ingest.Hint, Date | undefined]>([
    ["when it is at rest, where it was just written to the inbox", { key: "inbox/anna/a.jpg", at: ago(1000) }, ago(1000 - REST_MS)],
    ["at once, where it was written before", { key: "inbox/anna/a.jpg", at: ago(REST_MS) }, undefined],
    ["at once, where nobody says when", { key: "inbox/anna/a.jpg" }, undefined],
    ["at once, where the store's clock is far ahead", { key: "inbox/anna/a.jpg", at: ago(-60_000) }, undefined],
    ["at once, where it has gone", { key: "inbox/anna/a.jpg", is: "removed", at: ago(0) }, undefined],
    ["at once, in the library", { key: "library/anna/a.jpg", at: ago(0) }, undefined],
  ])("%s", (_, hint, expected) => {
    expect(restsAt(hint, now)).toEqual(expected);
  });
});

describe("the store's own word of what we do to a file in the inbox", () => {
  let library: Awaited<ReturnType<typeof openLibrary>>;
  beforeEach(async () => {
    library = await openLibrary({ aheadMs: REST_MS + 1000 });
  });
  afterEach(() => library.close());

  it("asks for nothing: neither for the copy, told of before it is safe or after, nor for what has gone", async () => {
    const told: Ingest.Hint[] = [];
    const asked: string[] = [];
    library.onEvent(async (event) => {
      const hints = Ingest.hints(event, "photos") ?? [];
      told.push(...hints);
      asked.push(...(await jobsOf(library.system, hints)).map(({ dedupe = "" }) => dedupe ?? ""));
    });
    const key = await putByHand(library.system, "inbox/anna/a.txt", "our own doing");
    expect(await run(library.system, noPorts, { key, steps: [shows] })).toMatchObject({ kind: "moved" });
    await expect.poll(() => told.map(({ is }) => is)).toEqual([undefined, "copied", "removed"]);
    await expect.poll(() => asked).toEqual([key]);
    expect(await jobsOf(library.system, told.slice(1))).toEqual([]);
  });
});
