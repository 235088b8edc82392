import { describe, expect, it } from "vitest";
import { allow, may, type Permission, SCOPES, type Scope, type Target, userOf } from "./access.ts";
import type { Actor, LinkActor } from "./ctx.ts";
import { AppError } from "./error.ts";

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

const ANNA = "u1";
const ben = (extra: object = {}): Actor => ({ kind: "user", userId: "u2", role: "member", ...extra });
const withKey = (...scopes: Scope[]): Actor => ({ kind: "user", userId: ANNA, role: "owner", key: { id: "k", scopes: new Set(scopes) } });
const link = (extra: Partial<LinkActor> = {}): Actor => ({
  kind: "link",
  linkId: "l",
  ownerId: ANNA,
  albumId: "a",
  mayDownload: false,
  mayOriginals: false,
  mayUpload: false,
  hidesMetadata: true,
  ...extra,
});

describe("allow for an album of Anna's", () => {
  it.each([
    ["album.read", "viewer", undefined],
    ["album.download", "viewer", undefined],
    ["album.save", "viewer", undefined],
    ["album.add", "viewer", "forbidden"],
    ["album.write", "viewer", "forbidden"],
    ["album.add", "contributor", undefined],
    ["album.write", "contributor", "forbidden"],
    ["album.write", "editor", undefined],
    ["album.own", "editor", "forbidden"],
    ["album.read", undefined, "not_found"],
    ["album.own", undefined, "not_found"],
    ["asset.write", "editor", "forbidden"],
  ] as const)("%s of a %s gives %s", (permission, role, code) => {
    expect(codeOf(ben(), permission, { ownerId: ANNA, role })).toBe(code);
  });

  it.each([
    ["album.read", link(), undefined],
    ["album.download", link(), "forbidden"],
    ["album.download", link({ mayDownload: true }), undefined],
    ["album.save", link({ mayDownload: true, hidesMetadata: false }), "forbidden"],
    ["album.save", link({ mayOriginals: true, hidesMetadata: false }), "forbidden"],
    ["album.save", link({ mayDownload: true, mayOriginals: true, hidesMetadata: true }), "forbidden"],
    ["album.save", link({ mayDownload: true, mayOriginals: true, hidesMetadata: false }), undefined],
    ["share.upload", link(), "forbidden"],
    ["share.upload", link({ mayUpload: true }), undefined],
    ["album.read", link({ albumId: "b" }), "not_found"],
    ["album.read", link({ ownerId: "u2" }), "not_found"],
    ["album.add", link({ mayUpload: true }), "not_found"],
    ["asset.read", link({ mayOriginals: true }), "not_found"],
    ["timeline.read", link(), "not_found"],
    ["admin.read", link(), "not_found"],
    ["ingest.run", link(), "not_found"],
  ] as const)("%s through a link (%j) gives %s", (permission, actor, code) => {
    expect(codeOf(actor, permission, { ownerId: ANNA, albumId: "a" })).toBe(code);
  });
});

describe("allow for an API key", () => {
  it("gives what its scopes say, and never more", () => {
    const given = (actor: Actor) => ALL.filter((permission) => codeOf(actor, permission, { ownerId: ANNA }) === undefined);
    expect(given(withKey())).toEqual(["account.setup", "audit.note"]);
    expect(given(withKey("upload"))).toEqual(["account.setup", "audit.note", "upload.create", "upload.write"]);
    expect(
      given(withKey(...SCOPES)).filter((permission) => /^(?:key|passkey|audit\.read|locked|ingest|account\.write)/u.test(permission)),
    ).toEqual([]);
  });

  it("deletes nothing for good unless it may do everything", () => {
    const scopes = SCOPES.filter((scope) => scope !== "admin");
    expect(codeOf(withKey(...scopes), "asset.write", { ownerId: ANNA })).toBeUndefined();
    expect(codeOf(withKey(...scopes), "asset.purge", { ownerId: ANNA })).toBe("forbidden");
    expect(codeOf(withKey("admin"), "asset.purge", { ownerId: ANNA })).toBeUndefined();
    expect(codeOf(ben({ role: "member" }), "asset.purge", { ownerId: "u2" })).toBeUndefined();
  });

  it("is no way to the photos of others", () => {
    expect(codeOf(withKey(...SCOPES), "asset.read", { ownerId: "u2" })).toBe("not_found");
  });
});

describe("allow for what is locked", () => {
  it.each([
    [{}, "locked"],
    [{ session: { id: "s", unlocked: false } }, "locked"],
    [{ session: { id: "s", unlocked: true } }, undefined],
  ])("asks for a session that was unlocked: %j gives %s", (extra, code) => {
    expect(codeOf(ben(extra), "locked.read", { ownerId: "u2" })).toBe(code);
  });
});

const ALL = [
  "account.setup",
  "audit.note",
  "asset.read",
  "asset.write",
  "asset.purge",
  "timeline.read",
  "upload.create",
  "upload.write",
  "album.create",
  "album.touch",
  "album.read",
  "album.add",
  "album.write",
  "album.own",
  "share.read",
  "share.write",
  "share.upload",
  "locked.read",
  "account.read",
  "account.write",
  "passkey.add",
  "key.read",
  "key.write",
  "key.create",
  "audit.read",
  "admin.read",
  "ingest.run",
] as const satisfies readonly Permission[];

function codeOf(actor: Actor, permission: Permission, target: Target): string | undefined {
  try {
    allow({ actor }, permission, target);
    return undefined;
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
}

describe("may", () => {
  it("tells whether one is let", () => {
    expect([owner, member].map((actor) => may({ actor }, "asset.write", { ownerId: "u1" }))).toEqual([true, false]);
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
