import { user } from "#account/table";
import type { Ctx } from "#kernel";
import { useAnna } from "@tintype/test/anna";
import { addPerson } from "@tintype/test/person";
import { addAlbum, addLink, codeOf, SECRET } from "@tintype/test/share";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { revoke } from "./link.ts";
import { find, openLink } from "./open.ts";

const here = useAnna();
const PASSWORD = "sea and salt";
const guest = (): Ctx => ({ ...here.system, actor: { kind: "anonymous" }, address: "10.1.0.1" });
const open = (token: string, value?: string, ctx = guest()) => openLink(ctx, { token, unlock: value }, SECRET);

/** A link of an album of Anna's. */
async function linkWith(options: Parameters<typeof addLink>[2] = {}): Promise<{ id: string; token: string }> {
  const { anna, system } = here;
  return addLink(anna.ctx, await addAlbum(system, anna.id), options);
}

describe("opening a link", () => {
  it("says the same of one that never was, has expired, was revoked, or whose owner's account is closed", async () => {
    const { anna, system } = here;
    const soon = new Date(Date.now() + 60_000);
    const [expiring, revoked, orphaned] = [await linkWith({ expiresAt: soon }), await linkWith(), await linkWith()];
    await revoke(anna.ctx, revoked.id);
    const asks = [open("A".repeat(32)), open(expiring.token, undefined, { ...guest(), now: () => soon }), open(revoked.token)];
    const faults = await Promise.all(asks.map((ask) => ask.catch((error: unknown) => error)));
    await system.db.update(user).set({ disabledAt: new Date() }).where(eq(user.id, anna.id));
    faults.push(await open(orphaned.token).catch((error: unknown) => error));
    const [first] = faults;
    expect(first).toMatchObject({ code: "not_found" });
    for (const fault of faults) expect(fault).toMatchObject({ code: "not_found", message: (first as Error).message });
  });

  it("asks the database once", async () => {
    const { token } = await linkWith();
    let selects = 0;
    const { system } = here;
    const db = new Proxy(system.db, {
      get: (target, name) => {
        if (name === "select") selects++;
        const value: unknown = Reflect.get(target, name);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    await open(token, undefined, { ...guest(), db });
    expect(selects).toBe(1);
  });

  it("does not tell a slug from anything else by how it is written", async () => {
    await linkWith({ slug: "summer-2026", password: PASSWORD });
    expect(await codeOf(open("summer-2026"))).toBe("password_needed");
    for (const other of ["summer-2027", "SUMMER-2026", "summer-2026 ", "' or true --", "\0", "🌊".repeat(20)]) {
      expect([other, await codeOf(open(other.replaceAll("\0", "\u{FFFD}")))]).toEqual([other, "not_found"]);
    }
  });

  it("stops whoever tries names one after the other, and nobody else: a token is no name", async () => {
    const named = await linkWith({ slug: "summer-2026", password: PASSWORD });
    const { token } = await linkWith();
    for (let tries = 0; tries < 60; tries++) expect(await codeOf(open(`guess-${tries}`))).toBe("not_found");
    expect(await codeOf(open("guess-60"))).toBe("too_many");
    expect(await codeOf(open(named.token))).toBe("too_many");
    expect(await codeOf(open(token))).toBe("opened");
    expect(await codeOf(find({ ...guest(), address: "10.1.0.2" }, { token: named.token }))).toBe("opened");
  });
});

it("a link of one person is none of another's, whatever its album is", async () => {
  const { system } = here;
  const bea = await addPerson(system, "Bea");
  const { token } = await addLink(bea.ctx, await addAlbum(system, bea.id));
  expect((await open(token)).actor.ownerId).toBe(bea.id);
});
