import type { Ctx } from "#kernel";
import { useAnna } from "@tintype/test/anna";
import { addAlbum, addLink, codeOf, quick, SECRET } from "@tintype/test/share";
import { describe, expect, it } from "vitest";
import { update } from "./link.ts";
import { openLink } from "./open.ts";
import { unlock } from "./unlock.ts";

const here = useAnna();
const PASSWORD = "sea and salt";
const guest = (): Ctx => ({ ...here.system, actor: { kind: "anonymous" }, address: "10.1.0.1" });
const open = (token: string, value?: string, ctx = guest()) => openLink(ctx, { token, unlock: value }, SECRET);
const give = (token: string, password: string, ctx = guest()) => unlock(ctx, { token, password }, { secret: SECRET, verify: quick.verify });
const from = (address: string): Ctx => ({ ...guest(), address });

/** A link of an album of Anna's. */
async function linkWith(options: Parameters<typeof addLink>[2] = {}): Promise<{ id: string; token: string }> {
  const { anna, system } = here;
  return addLink(anna.ctx, await addAlbum(system, anna.id), options);
}

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
    const forged = [`${Number(until) + 1}.${code}`, `${until}.`, until, `${until}.${code.slice(1)}0`, "", `Infinity.${code}`, `${value}0`];
    for (const each of forged) expect([each, await codeOf(open(token, each))]).toEqual([each, "password_needed"]);
    const other = openLink(guest(), { token, unlock: value }, "another secret, at least 32 characters");
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
    expect(await codeOf(give(token, PASSWORD, later))).toBe("opened");
  });

  it("is not guessed at from the many addresses of one network", async () => {
    const { token } = await linkWith({ password: PASSWORD });
    const guess = (i: number) => codeOf(give(token, "wrong", from(`2001:db8:1:2::${i.toString(16)}`)));
    for (let tries = 1; tries <= 10; tries++) expect(await guess(tries)).toBe("password_needed");
    expect(await guess(11)).toBe("too_many");
    expect(await codeOf(give(token, PASSWORD, from("2001:db8:1:3::1")))).toBe("opened");
  });

  it("opens a link with a name of its own though others of the same network have tried many names; a wrong one tells nothing then", async () => {
    const { token } = await linkWith({ password: PASSWORD, slug: "summer-2026" });
    const { value: before } = await give(token, PASSWORD);
    const start = Date.now();
    const at = (ms: number) => ({ ...guest(), now: () => new Date(start + ms) });
    for (let tries = 0; tries < 61; tries++) await codeOf(open(`guess-${tries}`, undefined, at(0)));
    await expect(open(token, undefined, at(200_000))).rejects.toMatchObject({ code: "too_many", extra: { retryAfter: 400 } });
    await expect(give(token, "wrong", at(200_000))).rejects.toMatchObject({ code: "too_many", extra: { retryAfter: 400 } });
    expect(await codeOf(open(token, before, at(200_000)))).toBe("opened");
    const { value } = await give(token, PASSWORD, at(200_000));
    expect(await codeOf(open(token, value, at(200_000)))).toBe("opened");
  });

  it("is looked at no more after a hundred wrong ones of any addresses, and other links are not concerned", async () => {
    const [one, two] = [await linkWith({ password: PASSWORD }), await linkWith({ password: PASSWORD })];
    for (let tries = 0; tries < 100; tries++) {
      expect(await codeOf(give(one.token, "wrong", from(`10.2.0.${tries}`)))).toBe("password_needed");
    }
    expect(await codeOf(give(one.token, PASSWORD, from("10.3.0.1")))).toBe("too_many");
    expect(await codeOf(give(two.token, PASSWORD, from("10.3.0.1")))).toBe("opened");
  });

  it("may be given as often as one likes when it is right, which gives no new tries at a wrong one", async () => {
    const [own, other] = [await linkWith({ password: PASSWORD }), await linkWith({ password: "not known" })];
    for (let tries = 0; tries < 20; tries++) expect(await codeOf(give(own.token, PASSWORD))).toBe("opened");
    const codes: string[] = [];
    for (let tries = 0; tries < 12; tries++) {
      codes.push(await codeOf(give(other.token, "guess")));
      if (tries < 9) await give(own.token, PASSWORD);
    }
    expect(codes.slice(-2)).toEqual(["too_many", "too_many"]);
  });
});
