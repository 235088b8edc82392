import { useDatabase } from "@tintype/test/database";
import { systemOn } from "@tintype/test/person";
import { expect, it } from "vitest";
import { knownSessionSecret, sessionSecret } from "./secret.ts";

const database = useDatabase();

it("is made once, also by several starts at the same time, and then stays", async () => {
  const ctx = systemOn(database());
  expect(await knownSessionSecret(ctx)).toBeUndefined();
  const made = await Promise.all([sessionSecret(ctx), sessionSecret(ctx), sessionSecret(ctx)]);
  expect(new Set([...made, await sessionSecret(ctx)]).size).toBe(1);
  expect(await knownSessionSecret(ctx)).toBe(made[0]);
  expect(made[0]).toMatch(/^[0-9a-f]{64}$/u);
});

it("is for the service alone", async () => {
  const ctx = systemOn(database(), { actor: { kind: "anonymous" } });
  await expect(sessionSecret(ctx)).rejects.toMatchObject({ code: "unauthenticated" });
  await expect(knownSessionSecret(ctx)).rejects.toMatchObject({ code: "unauthenticated" });
});
