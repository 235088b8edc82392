import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import type { Ctx } from "#kernel";
import { job } from "#kernel/table";
import { useDatabase } from "@tintype/test/database";
import { addPerson, systemOn } from "@tintype/test/person";
import { beforeEach, describe, expect, it } from "vitest";
import { account, user } from "./account.sql.ts";
import { needsSetUp, setUp } from "./setup.ts";

const database = useDatabase();
const secret = { tokenSha256: sha256(utf8ToBytes("the token")), hash: async (password: string) => `hashed ${password}` };
const input = { token: "the token", name: "Anna Müller", email: "Anna@Example.org", password: "correct horse battery", client: "10.0.0.1" };

let ctx: Ctx;

beforeEach(() => {
  ctx = systemOn(database(), { actor: { kind: "anonymous" } });
});

describe("making the first account", () => {
  it("makes the owner, who then can sign in with the hashed password, and ends the need", async () => {
    expect(await needsSetUp(ctx)).toBe(true);
    const owner = await setUp(ctx, input, secret);
    expect(owner).toMatchObject({ name: "Anna Müller", email: "anna@example.org", handle: "anna-muller", role: "owner" });
    expect(await ctx.db.select({ userId: account.userId, password: account.password }).from(account)).toEqual([
      { userId: owner.id, password: "hashed correct horse battery" },
    ]);
    expect(await needsSetUp(ctx)).toBe(false);
    // Photos of theirs may lie in the store already.
    expect(await ctx.db.select({ kind: job.kind }).from(job)).toEqual([{ kind: "sweep" }]);
  });

  it("happens once: the token is void when there is an owner", async () => {
    await setUp(ctx, input, secret);
    await expect(setUp(ctx, { ...input, email: "b@example.org" }, secret)).rejects.toMatchObject({ code: "already_set_up" });
  });

  it("is still needed when there are members but no owner, whose folder names are then taken", async () => {
    await addPerson(ctx, "anna-muller");
    expect((await setUp(ctx, input, secret)).handle).toBe("anna-muller-2");
  });

  it.each(["", "the tokem", "the token ", "THE TOKEN"])("refuses the token %j and makes nothing", async (token) => {
    await expect(setUp(ctx, { ...input, token }, secret)).rejects.toMatchObject({ code: "forbidden" });
    expect(await ctx.db.select().from(user)).toEqual([]);
  });

  it("refuses a password that is easy to guess, and says so of the field", async () => {
    const weak = setUp(ctx, { ...input, password: "anna@example.org" }, secret);
    await expect(weak).rejects.toMatchObject({ code: "invalid", extra: { field: "password" } });
    expect(await needsSetUp(ctx)).toBe(true);
  });

  it("refuses every token where the runtime gave none", async () => {
    await expect(setUp(ctx, input, { ...secret, tokenSha256: undefined })).rejects.toMatchObject({ code: "forbidden" });
  });

  it("lets who has the token try as often as a good password takes, and a client that has tried too often not even with it", async () => {
    const weak = () => setUp(ctx, { ...input, password: "short" }, secret).catch((error: unknown) => error);
    const wrong = () => setUp(ctx, { ...input, token: "no" }, secret).catch((error: unknown) => error);
    for (let i = 0; i < 9; i++) await wrong();
    for (let i = 0; i < 12; i++) expect(await weak()).toMatchObject({ code: "invalid" });
    for (let i = 0; i < 10; i++) expect(await wrong()).toMatchObject({ code: "forbidden" });
    expect(await weak()).toMatchObject({ code: "too_many" });
    expect(await needsSetUp(ctx)).toBe(true);
  });

  it("counts tries by client: the eleventh in a minute has to wait, another client and the next minute not", async () => {
    const wrong = (client: string, at = ctx) => setUp(at, { ...input, token: "no", client }, secret).catch((error: unknown) => error);
    for (let i = 0; i < 10; i++) expect(await wrong("a")).toMatchObject({ code: "forbidden" });
    expect(await wrong("a")).toMatchObject({ code: "too_many", extra: { retryAfter: expect.any(Number) } });
    expect(await wrong("b")).toMatchObject({ code: "forbidden" });
    expect(await wrong("a", { ...ctx, now: () => new Date(Date.now() + 61_000) })).toMatchObject({ code: "forbidden" });
  });
});
