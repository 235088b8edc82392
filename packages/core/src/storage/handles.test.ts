import { useStore } from "@tintype/test/store";
import { expect, it } from "vitest";
import { handlesIn } from "./handles.ts";

const store = useStore();

it("tells whose originals lie in a store, each once and no more than asked for", async () => {
  const put = (key: string) => store().put(key, new Uint8Array([1]), { type: "text/plain" });
  expect(await handlesIn(store())).toEqual([]);
  for (const key of [
    "library/readme.txt",
    "library/bea/1.jpg",
    "library/bea/2026/z.jpg",
    "library/bea-2/é.jpg",
    "library/зоя/x",
    "library/Ada Lovelace/x",
    "library/\u001b[31m/x",
    "derived/y/z",
  ]) {
    await put(key);
  }
  expect(await handlesIn(store())).toEqual(["bea-2", "bea", "зоя"]);
  expect(await handlesIn(store(), 3)).toEqual(["bea-2"]);
});
