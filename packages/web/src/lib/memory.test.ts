import { expect, it } from "vitest";
import { guarded } from "./memory.ts";

it("knows nothing and keeps nothing where the browser refuses even the look at it", () => {
  const refused = guarded(() => {
    throw new DOMException("Access is denied for this document.", "SecurityError");
  });
  refused.setItem("a", "1");
  refused.removeItem("a");
  expect(refused.getItem("a")).toBeNull();
});

it("says nothing of a store without room", () => {
  const full = guarded(() => ({
    ...({} as Storage),
    getItem: (name: string) => name,
    setItem: () => {
      throw new DOMException("", "QuotaExceededError");
    },
  }));
  full.setItem("a", "1");
  expect(full.getItem("a")).toBe("a");
});
