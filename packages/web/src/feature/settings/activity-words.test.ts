import { expect, it } from "vitest";
import { activityText } from "./activity-words.ts";

it.each([
  ["session.sign-in", {}, "signed in"],
  ["session.end", { count: 3 }, "signed out 3 other browsers"],
  ["key.create", { name: "backup" }, "made the API key “backup”"],
  ["member.quota", { name: "Ben", quotaBytes: null }, "set the quota of Ben to no limit"],
  ["album.share", { title: "Lisbon" }, "share: “Lisbon”"],
  ["asset.trash", { count: 2 }, "trash: photos"],
])("tells %s in words", (action, details, words) => {
  expect(activityText({ action, details })).toBe(words);
});
