import { expect, it } from "vitest";
import { createStore } from "./store.ts";

it("tells every listener of another value until it leaves, and keeps quiet about the same one", () => {
  const store = createStore<readonly string[]>([]);
  const told: (readonly string[])[] = [];
  const stop = store.subscribe(() => told.push(store.get()));
  const value = ["a"];
  store.set(value);
  store.set(value);
  stop();
  store.set([]);
  expect(told).toEqual([["a"]]);
});
