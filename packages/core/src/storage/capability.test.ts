import { setting } from "#kernel/table";
import { useDatabase } from "@tintype/test/database";
import { systemOn } from "@tintype/test/person";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { canPin, type Capabilities, CHECKS, type Finding, readCapabilities, writeCapabilities } from "./capability.ts";

const every = (answer: Finding["answer"], over: Record<string, Finding["answer"]> = {}): Capabilities => ({
  checkedAt: "2026-11-29T02:00:00.000Z",
  server: "MinIO",
  checks: Object.fromEntries(
    Object.keys(CHECKS).map((name) => [name, { answer: over[name] ?? answer, detail: "" }]),
  ) as Capabilities["checks"],
});

describe("an upload is trusted with the final key", () => {
  it.each([
    ["by a store that does everything", every("yes"), true],
    [
      "by one that pins bytes, length and absence and does nothing else",
      every("no", { sha256: "yes", ifNoneMatch: "yes", completeIfNoneMatch: "yes", length: "yes" }),
      true,
    ],
    ["not by one that takes other bytes", every("yes", { sha256: "no" }), false],
    ["not by one that takes another length", every("yes", { length: "no" }), false],
    ["not by one that overwrites", every("yes", { ifNoneMatch: "no" }), false],
    ["not by one that overwrites when it puts parts together", every("yes", { completeIfNoneMatch: "no" }), false],
    ["not by one of which it is not known", every("yes", { ifNoneMatch: "unknown" }), false],
    ["not by one that was never asked", undefined, false],
  ])("%s", (_, capabilities, trusted) => {
    expect(canPin(capabilities)).toBe(trusted);
  });
});

describe("what a probe found", () => {
  const database = useDatabase();

  it("is remembered, the newest only", async () => {
    const system = systemOn(database());
    expect(await readCapabilities(system)).toBeUndefined();
    await writeCapabilities(system, every("no"));
    await writeCapabilities(system, every("yes"));
    expect(await readCapabilities(system)).toEqual(every("yes"));
  });

  it("of another version, with fewer checks, counts for nothing", async () => {
    const system = systemOn(database());
    await writeCapabilities(system, every("yes"));
    const { sha256, ...checks } = every("yes").checks;
    expect(sha256.answer).toBe("yes");
    await system.db
      .update(setting)
      .set({ value: { ...every("yes"), checks, place: system.store.place } })
      .where(eq(setting.name, "storage"));
    expect(await readCapabilities(system)).toBeUndefined();
  });

  it("of another store counts for nothing, and its own does again once it is found out", async () => {
    const system = systemOn(database());
    await writeCapabilities(system, every("yes"));
    const moved = { ...system, store: { ...system.store, place: "photos at http://elsewhere:9000" } };
    expect(await readCapabilities(moved)).toBeUndefined();
    await writeCapabilities(moved, every("no"));
    expect(await readCapabilities(moved)).toEqual(every("no"));
    expect(await readCapabilities(system)).toBeUndefined();
  });

  it("is written by the service itself only", async () => {
    const system = systemOn(database());
    const anna = { ...system, actor: { kind: "user", userId: "u", role: "owner" } as const };
    await expect(writeCapabilities(anna, every("yes"))).rejects.toMatchObject({ code: "forbidden" });
  });
});
