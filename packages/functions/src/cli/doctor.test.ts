import { readFileSync } from "node:fs";
import { FINDINGS } from "@tintype/core/doctor";
import { expect, it } from "vitest";

it("docs/doctor.md has every finding in its own words, each once, with lines to copy where they are announced", () => {
  const document = readFileSync(new URL("../../../../docs/doctor.md", import.meta.url), "utf8");
  const sections = document.split(/^## /mu).slice(1);
  const told = sections.map((section) => /^(?<title>.+)\n\n`(?<code>[\w-]+)`\. (?<cause>.+)\n\n(?<fix>.+)\n/u.exec(section)?.groups);
  expect(told).toEqual(Object.entries(FINDINGS).map(([code, words]) => ({ code, ...words })));
  expect(sections.filter((section) => /:\n/u.test(section) && !section.includes("```text\n"))).toEqual([]);
});
