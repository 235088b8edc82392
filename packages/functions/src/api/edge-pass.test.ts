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
  await passes.keep("token", found(), now());
  const { session, user, head } = found();
  expect(await passes.find("token")).toEqual({ session: { ...session, unlockedUntil: null }, user, head });
  expect(await passes.find("another")).toBeUndefined();
  expect(near.names().join(" ")).not.toContain("token");
  at += PASS_S * 1000;
  expect(await passes.find("token")).toBeUndefined();
});

it("ends with its session, whatever the cache does", async () => {
  await passes.keep("token", found({ expiresAt: new Date(at + 1000) }), now());
  at += 1000;
  expect(await passes.find("token")).toBeUndefined();
});

it("is dropped, and not made again of what was asked before", async () => {
  await passes.keep("token", found(), now());
  const [asked, askedAt] = [found(), now()];
  await passes.drop("token");
  expect(await passes.find("token")).toBeUndefined();
  await passes.keep("token", asked, askedAt);
  expect(await passes.find("token")).toBeUndefined();
  at += 10_000;
  await passes.keep("token", found(), now());
  expect(await passes.find("token")).toMatchObject({ head: { revision: 7 } });
});

// Between any two steps of the one all of the other may happen.
it.each([0, 1, 2, 3])("is not brought back by who asked before it was dropped and keeps it then, from step %d of that on", async (step) => {
  let steps = 0;
  const between = async (): Promise<void> => {
    if (steps++ === step) await passes.drop("token");
  };
  const slow = createPasses({
    now,
    kept: {
      get: async (name) => {
        await between();
        const bytes = await near.get(name);
        await between();
        return bytes;
      },
      put: async (...given) => {
        await between();
        await near.put(...given);
        await between();
      },
    },
  });
  const [asked, askedAt] = [found(), now()];
  at += 2000;
  await slow.keep("token", asked, askedAt);
  if (steps <= step) await passes.drop("token");
  // For as long as that pass, or one that was asked for while everything is asked anew, could hold.
  for (let s = 0; s < PASS_S; s++, at += 1000) expect(await passes.find("token")).toBeUndefined();
  await passes.keep("token", found(), now());
  expect(await passes.find("token")).toBeDefined();
});

it("does not hold for longer where it was kept late", async () => {
  const askedAt = now();
  at += (PASS_S - 1) * 1000;
  await passes.keep("token", found(), askedAt);
  expect(await passes.find("token")).toBeDefined();
  at += 1000;
  expect(await passes.find("token")).toBeUndefined();
});

it("that was asked for a moment before everything is asked again is not believed for as long as it could hold", async () => {
  await passes.drop("token");
  at += 9_999;
  await passes.keep("token", found(), now());
  for (let s = 0; s < PASS_S; s++, at += 1000) expect(await passes.find("token")).toBeUndefined();
});
