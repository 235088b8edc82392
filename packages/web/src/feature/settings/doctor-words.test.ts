import { expect, test } from "vitest";
import { checkWord, wordsOf } from "./doctor-words.ts";

const finding = { code: "cors", title: "", cause: "", fix: "", lines: [], evidence: [] };
const check = (state: "ok" | "failed" | "unknown") => ({ name: "", state, detail: "" });

test.each([
  [[], [check("ok"), check("unknown")], "All is well"],
  [[], [check("ok"), check("failed")], "Something failed"],
  [[finding], [check("failed")], "One thing is wrong"],
  [[finding, finding], [check("ok")], "2 things are wrong"],
])("%j with %j: %s", (findings, checks, title) => {
  expect(wordsOf({ step: "done", findings, checks })).toMatchObject({ title });
});

test("while it lasts it is told what is tried, and what went wrong in the server's words", () => {
  expect(wordsOf({ step: "browser" }).text).toContain("This browser");
  expect(wordsOf({ step: "server" }).text).toContain("half a minute");
  expect(wordsOf({ step: "old" }).title).toContain("older than the settings");
  for (const step of ["nothing", "failed"] as const) expect(wordsOf({ step, message: "Why." }).text).toBe("Why.");
});

test("how a check ended is told in words where it did not end well", () => {
  expect((["ok", "failed", "unknown"] as const).map((state) => checkWord({ state }))).toEqual(["", "Failed: ", "Not known: "]);
});
