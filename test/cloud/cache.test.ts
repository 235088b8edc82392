import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { nameOf, ROOT } from "./cache.ts";

it("looks for SST's platform in another folder when SST or one of the providers is another, and in the same else", () => {
  const [own, config] = ["package.json", "sst.config.ts"].map((file) => readFileSync(join(ROOT, file), "utf8"));
  const name = nameOf(own ?? "", config ?? "");
  const others = [
    nameOf(own?.replace(/"sst": "[^"]+"/u, '"sst": "9.9.9"') ?? "", config ?? ""),
    ...["aws", "neon", "cloudflare"].map((provider) =>
      nameOf(own ?? "", config?.replace(new RegExp(`${provider}: "[\\d.]+"`, "u"), `${provider}: "9.9.9"`) ?? ""),
    ),
  ];
  expect(new Set([name, ...others]).size).toBe(5);
  expect(nameOf(own ?? "", `${config}// more\n`)).toBe(name);
  expect(() => nameOf(own ?? "", "export default {}")).toThrow("not where they are looked for");
});
