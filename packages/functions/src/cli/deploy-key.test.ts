import { expect, it } from "vitest";
import { FORMS, type Form, looksOf } from "./deploy-key.ts";

const { awsId, awsSecret, neon, cloudflare }: Record<keyof typeof FORMS, Form> = FORMS;
/** As long as it has to be, of letters that are not all the same. */
const some = (length: number, text = "ab1c2"): string => text.repeat(length).slice(0, length);

it.each([
  [awsId, "AKIAY34FZKBOKMUTVV7A"],
  [awsId, `ASIA${some(124, "AB1C2")}`],
  [awsSecret, some(40, "aB/+1")],
  [neon, `napi_${some(64)}`],
  [neon, some(64)],
  [cloudflare, some(40, "aB_-1")],
  [cloudflare, `your_${some(35)}`],
  [cloudflare, `cfut_${some(48)}`],
  [cloudflare, `cfat_${some(48)}`],
])("finds nothing in a key that %o describes: %s", (form, key) => {
  expect(looksOf(form, key)).toBeUndefined();
});

it.each([
  [neon, some(63)],
  [neon, some(64, "AB1C2")],
  [cloudflare, some(52)],
  [awsId, some(20, "AB1C2")],
])("is not sure where nobody has said that there is no such key: %o, %s", (form, key) => {
  expect(looksOf(form, key)).toEqual({ state: "odd", why: expect.stringContaining("looks unlike those that are known") });
});

const PLACEHOLDERS = [
  "your-key",
  "<key>",
  "${KEY}",
  "changeme",
  "change-me",
  "xxx",
  "xxxxxxxx",
  "...",
  "placeholder",
  "foo",
  "TODO",
  "the-secret",
];
const HELD = "holds the place of a key";

it.each(PLACEHOLDERS)("takes %s for what stands in a document", (key) => {
  for (const form of Object.values(FORMS)) expect(looksOf(form, key)).toEqual({ state: "wrong", why: expect.stringContaining(HELD) });
});

it.each([
  [cloudflare, "x".repeat(40), HELD],
  // Those of AWS's own documents.
  [awsId, "AKIAIOSFODNN7EXAMPLE", HELD],
  [awsSecret, "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", HELD],
  [awsId, "AKIAY34FZKB", "has 11 characters, too few"],
  [awsId, "akiay34fzkbokmutvv7a", "something else in it than capitals and digits"],
  [awsSecret, some(39), "has 39 characters, too few"],
  [awsSecret, some(41), "is too long"],
  [awsSecret, some(40, "ab-1"), "has other characters in it"],
  [neon, "postgresql://anna:secret@ep-x.neon.tech/db", "is the address of a database"],
  [neon, some(31), "has 31 characters, too few"],
  [cloudflare, some(37), "is the Global API Key"],
  [cloudflare, `cfk_${some(48)}`, "is the Global API Key"],
  [cloudflare, some(39, "aB_-1"), "has 39 characters, too few"],
  [cloudflare, `"${some(40)}"`, "has a space or a quotation mark in it"],
  [neon, `${some(64)}\n`, "has a space or a quotation mark in it"],
])("refuses what is none: %o, %j", (form, key, why) => {
  const looks = looksOf(form, key);
  expect(looks).toEqual({ state: "wrong", why: expect.stringContaining(why) });
  expect(looks?.why).not.toContain(key);
});
