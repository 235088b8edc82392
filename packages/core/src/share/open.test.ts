import { user } from "#account/table";
import type { Ctx } from "#kernel";
import { useAnna } from "@tintype/test/anna";
import { addPerson } from "@tintype/test/person";
import { addAlbum, addLink, quick, SECRET } from "@tintype/test/share";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { revoke, update } from "./link.ts";
import { find, openLink } from "./open.ts";
import { unlock } from "./unlock.ts";

const here = useAnna();
const PASSWORD = "sea and salt";
const guest = (): Ctx => ({ ...here.system, actor: { kind: "anonymous" } });
const open = (token: string, value?: string, ctx = guest()) => openLink(ctx, { token, unlock: value, address: "10.1.0.1" }, SECRET);
const give = (token: string, password: string, address = "10.1.0.1", ctx = guest()) =>
  unlock(ctx, { token, password, address }, { secret: SECRET, verify: quick.verify });

/** A link of an album of Anna's. */
async function linkWith(options: Parameters<typeof addLink>[2] = {}): Promise<{ id: string; token: string }> {
  const { anna, system } = here;
  return addLink(anna.ctx, await addAlbum(system, anna.id), options);
}

const codeOf = async (work: Promise<unknown>) => work.then(() => "opened").catch((error: { code?: string }) => error.code);

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
    expect(await codeOf(find(guest(), { token: named.token, address: "10.1.0.2" }))).toBe("opened");
  });
});

describe("the password of a link", () => {
  it("opens it for a day, and what it gives opens no other link, though that has the same password (CVE-2026-22784)", async () => {
    const [one, two] = [await linkWith({ password: PASSWORD }), await linkWith({ password: PASSWORD })];
    expect(await codeOf(open(one.token))).toBe("password_needed");
    const { value, expiresAt } = await give(one.token, PASSWORD);
    expect(await codeOf(open(one.token, value))).toBe("opened");
    expect(await codeOf(open(two.token, value))).toBe("password_needed");
    expect(await codeOf(open(one.token, value, { ...guest(), now: () => expiresAt }))).toBe("password_needed");
  });

  it("cannot be made up, prolonged or cut short in what it gives", async () => {
    const { token } = await linkWith({ password: PASSWORD });
    const { value } = await give(token, PASSWORD);
    const [until = "", code = ""] = value.split(".");
    const forged = [
      `${Number(until) + 1}.${code}`,
      `${until}.`,
      `${until}`,
      `${until}.${code.slice(1)}0`,
      "",
      `Infinity.${code}`,
      `${value}0`,
    ];
    for (const each of forged) expect([each, await codeOf(open(token, each))]).toEqual([each, "password_needed"]);
    const other = openLink(guest(), { token, unlock: value, address: "" }, "another secret, at least 32 characters");
    expect(await codeOf(other)).toBe("password_needed");
  });

  it("when it is changed or taken away locks again what was unlocked before", async () => {
    const { anna } = here;
    const { id, token } = await linkWith({ password: PASSWORD });
    const { value } = await give(token, PASSWORD);
    await update(anna.ctx, id, { password: "another one" }, quick.hash);
    expect(await codeOf(open(token, value))).toBe("password_needed");
    await update(anna.ctx, id, { password: PASSWORD }, quick.hash);
    expect(await codeOf(open(token, value))).toBe("password_needed");
    await update(anna.ctx, id, { password: null }, quick.hash);
    expect(await codeOf(open(token))).toBe("opened");
  });

  it("is looked at no more after ten wrong ones of an address, the right one neither, however many are sent at once", async () => {
    const { token } = await linkWith({ password: PASSWORD });
    const codes = await Promise.all(Array.from({ length: 30 }, (_, i) => codeOf(give(token, `wrong ${i}`))));
    expect(codes.filter((code) => code === "password_needed")).toHaveLength(10);
    expect(codes.filter((code) => code === "too_many")).toHaveLength(20);
    expect(await codeOf(give(token, PASSWORD))).toBe("too_many");
    const later = { ...guest(), now: () => new Date(Date.now() + 300_000) };
    expect(await codeOf(give(token, PASSWORD, "10.1.0.1", later))).toBe("opened");
  });

  it("is looked at no more after a hundred wrong ones of any addresses, and other links are not concerned", async () => {
    const [one, two] = [await linkWith({ password: PASSWORD }), await linkWith({ password: PASSWORD })];
    for (let tries = 0; tries < 100; tries++) expect(await codeOf(give(one.token, "wrong", `10.2.0.${tries}`))).toBe("password_needed");
    expect(await codeOf(give(one.token, PASSWORD, "10.3.0.1"))).toBe("too_many");
    expect(await codeOf(give(two.token, PASSWORD, "10.3.0.1"))).toBe("opened");
  });

  it("may be given as often as one likes when it is right, which gives no new tries at a wrong one", async () => {
    const [own, other] = [await linkWith({ password: PASSWORD }), await linkWith({ password: "not known" })];
    for (let tries = 0; tries < 20; tries++) expect(await codeOf(give(own.token, PASSWORD))).toBe("opened");
    const codes: (string | undefined)[] = [];
    for (let tries = 0; tries < 12; tries++) {
      codes.push(await codeOf(give(other.token, "guess")));
      if (tries < 9) await give(own.token, PASSWORD);
    }
    expect(codes.slice(-2)).toEqual(["too_many", "too_many"]);
  });
});

it("a link of one person is none of another's, whatever its album is", async () => {
  const { system } = here;
  const bea = await addPerson(system, "Bea");
  const { token } = await addLink(bea.ctx, await addAlbum(system, bea.id));
  expect((await open(token)).actor.ownerId).toBe(bea.id);
});
