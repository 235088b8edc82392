import { expect, it } from "vitest";
import { codeOf, isGood, type Reply, words } from "./observation.ts";

it.each<[Reply, string, boolean, string]>([
  [{ status: 200, code: "" }, "200", true, ""],
  [{ status: 200, code: "OtherBytes" }, "200 OtherBytes", false, "OtherBytes"],
  [{ status: 403, code: "AccessDenied" }, "403 AccessDenied", false, "AccessDenied"],
  [{ status: 404, code: "" }, "404", false, ""],
  [{ why: "name", detail: "ENOTFOUND" }, "ENOTFOUND", false, ""],
])("a reply %j is told, judged and looked into", (reply, told, good, code) => {
  expect([words(reply), isGood(reply), codeOf(reply)]).toEqual([told, good, code]);
});
