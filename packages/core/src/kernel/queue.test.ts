import { expect, it } from "vitest";
import * as Ingest from "#ingest";
import { jsonIn } from "./error.ts";
import { GUARD, LOOK, TIDY, WAKE } from "./queue.ts";

it("the words of messages that wake are told apart, and none can be taken for what a store tells", () => {
  const words = [WAKE, TIDY, GUARD, LOOK];
  expect(new Set(words).size).toBe(words.length);
  expect(words.map((word) => Ingest.hints(jsonIn(word), "photos"))).toEqual(words.map(() => undefined));
});
