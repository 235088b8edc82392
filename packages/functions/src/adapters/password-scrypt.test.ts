import { scryptSync } from "node:crypto";
import { expect, it } from "vitest";
import { scryptPasswords } from "./password-scrypt.ts";

const PASSWORD = "correct horse battery";

it("takes a password for its own hash and no other, and each hash has a salt of its own", async () => {
  const [one, two] = [await scryptPasswords.hash(PASSWORD), await scryptPasswords.hash(PASSWORD)];
  expect(one).not.toBe(two);
  expect(await scryptPasswords.verify(PASSWORD, one)).toBe(true);
  expect(await scryptPasswords.verify("correct horse batterz", one)).toBe(false);
});

it("costs whoever guesses 32 MB and 2^14 rounds of scrypt a guess", async () => {
  const [salt = "", key] = (await scryptPasswords.hash(PASSWORD)).split(":");
  expect(salt).toMatch(/^[0-9a-f]{32}$/u);
  expect(scryptSync(PASSWORD, salt, 64, { N: 2 ** 14, r: 16, p: 1, maxmem: 2 ** 26 }).toString("hex")).toBe(key);
});
