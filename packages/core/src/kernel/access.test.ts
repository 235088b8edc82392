import { describe, expect, it } from "vitest";
import { allow, userOf } from "./access.ts";
import type { Actor } from "./ctx.ts";

const owner: Actor = { kind: "user", userId: "u1", role: "owner" };
const member: Actor = { kind: "user", userId: "u2", role: "member" };

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
    ["admin.read", owner, undefined],
    ["admin.write", owner, undefined],
    ["admin.read", { kind: "system" }, undefined],
    ["admin.read", member, "forbidden"],
    ["admin.write", member, "forbidden"],
    ["admin.read", { kind: "anonymous" }, "unauthenticated"],
    ["admin.write", { kind: "anonymous" }, "unauthenticated"],
  ] as const)("%s of %j gives %s", (permission, actor, code) => {
    const ask = () => allow({ actor }, permission);
    if (code === undefined) expect(ask).not.toThrow();
    else expect(ask).toThrow(expect.objectContaining({ name: "AppError", code }));
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
