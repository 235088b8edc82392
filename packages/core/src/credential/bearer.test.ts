import { apikey, user } from "#account/table";
import { newId } from "#kernel";
import { useAnna } from "@tintype/test/anna";
import { eq } from "drizzle-orm";
import { beforeEach, expect, it } from "vitest";
import { bearerOf } from "./bearer.ts";

const here = useAnna();
const id = newId();
const find = (now = new Date()) => bearerOf({ ...here.system, actor: { kind: "anonymous" }, now: () => now }, "the hash");
const row = async () => (await here.system.db.select().from(apikey))[0];

beforeEach(async () => {
  await here.system.db.insert(apikey).values({ id, key: "the hash", referenceId: here.anna.id, permissions: '{"tintype":["upload"]}' });
});

it("finds who acts by a key, with its scopes and no others, and notes when, at most once a minute", async () => {
  const at = new Date("2026-11-29T12:00:00Z");
  expect(await find(at)).toEqual({ kind: "user", userId: here.anna.id, role: "member", key: { id, scopes: new Set(["upload"]) } });
  await find(new Date(at.getTime() + 30_000));
  expect((await row())?.lastRequest).toEqual(at);
  await find(new Date(at.getTime() + 61_000));
  expect((await row())?.lastRequest).toEqual(new Date(at.getTime() + 61_000));
});

it("finds nobody by another hash, by a key that has run out or is off, or whose person is shut out", async () => {
  expect(await bearerOf(here.system, "the has")).toBeUndefined();
  const { db } = here.system;
  const expiresAt = new Date("2026-11-29T12:00:00Z");
  await db.update(apikey).set({ expiresAt });
  expect(await find(new Date("2026-11-29T11:59:59Z"))).toBeDefined();
  expect(await find(expiresAt)).toBeUndefined();
  await db.update(apikey).set({ expiresAt: null, enabled: false });
  expect(await find()).toBeUndefined();
  await db.update(apikey).set({ enabled: true });
  await db.update(user).set({ disabledAt: new Date() }).where(eq(user.id, here.anna.id));
  expect(await find()).toBeUndefined();
});
