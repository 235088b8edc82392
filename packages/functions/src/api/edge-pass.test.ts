import { nearBy } from "@tintype/test/near";
import { beforeEach, expect, it } from "vitest";
import { createPasses, PASS_S } from "./edge-pass.ts";

const HOUR_MS = 3_600_000;

let at = 0;
const now = () => new Date(at);
let near = nearBy(now);
let passes = createPasses({ kept: near, now });

beforeEach(() => {
  at = Date.UTC(2026, 10, 30);
  near = nearBy(now);
  passes = createPasses({ kept: near, now });
});

function found(change: { expiresAt?: Date } = {}) {
  const session = { id: "s1", expiresAt: new Date(at + HOUR_MS), unlockedUntil: new Date(at + HOUR_MS), ...change };
  return { session, user: { id: "u1", role: "member", disabledAt: null }, head: { epoch: "e", revision: 7 } } as const;
}

it("tells who has it and the state of their timeline, and nothing of what is unlocked, until its time is over", async () => {
  expect(await passes.find("token")).toBeUndefined();
  await passes.keep("token", found());
  const { session, user, head } = found();
  expect(await passes.find("token")).toEqual({ session: { ...session, unlockedUntil: null }, user, head });
  expect(await passes.find("another")).toBeUndefined();
  expect(near.names().join(" ")).not.toContain("token");
  at += PASS_S * 1000;
  expect(await passes.find("token")).toBeUndefined();
});

it("ends with its session, whatever the cache does", async () => {
  await passes.keep("token", found({ expiresAt: new Date(at + 1000) }));
  at += 1000;
  expect(await passes.find("token")).toBeUndefined();
});

it("is dropped, and not made again of what was asked before", async () => {
  await passes.keep("token", found());
  const asked = found();
  await passes.drop("token");
  expect(await passes.find("token")).toBeUndefined();
  await passes.keep("token", asked);
  expect(await passes.find("token")).toBeUndefined();
  at += 10_000;
  await passes.keep("token", found());
  expect(await passes.find("token")).toMatchObject({ head: { revision: 7 } });
});
