import { describe, expect, it } from "vitest";
import { allow, userOf } from "./access.ts";
import type { Actor } from "./ctx.ts";

const owner: Actor = { kind: "user", userId: "u1", role: "owner" };

describe("allow", () => {
  it("lets a person work on their own things", () => {
    expect(() => {
      allow({ actor: owner }, "asset.write", { ownerId: "u1" });
    }).not.toThrow();
  });

  it("lets the service itself do everything", () => {
    expect(() => {
      allow({ actor: { kind: "system" } }, "ingest.run", { ownerId: "u1" });
    }).not.toThrow();
  });

  it.each([
    ["someone else's thing, as if it did not exist", owner, "asset.read", "u2", "not_found"],
    ["ingest to a person", owner, "ingest.run", "u1", "forbidden"],
    ["anything to nobody", { kind: "anonymous" }, "asset.read", "u1", "unauthenticated"],
  ] as const)("refuses %s", (_, actor, permission, ownerId, code) => {
    expect(() => {
      allow({ actor }, permission, { ownerId });
    }).toThrow(expect.objectContaining({ name: "AppError", code }));
  });
});

describe("userOf", () => {
  it("is the id of the person who is signed in", () => {
    expect(userOf({ actor: owner })).toBe("u1");
  });

  it("refuses whoever is not a person", () => {
    expect(() => userOf({ actor: { kind: "system" } })).toThrow(expect.objectContaining({ code: "unauthenticated" }));
  });
});
