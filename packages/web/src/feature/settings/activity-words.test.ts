import { expect, it } from "vitest";
import { dateName } from "../../lib/dates.ts";
import { activityText } from "./activity-words.ts";

it.each([
  ["session.sign-in", {}, "signed in"],
  ["session.end", { count: 3 }, "signed out 3 other browsers"],
  ["key.create", { name: "backup" }, "made the API key “backup”"],
  ["member.quota", { name: "Ben", quotaBytes: null }, "set the quota of Ben to no limit"],
  ["album.share", { album: "Lisbon", with: "Ben", role: "contributor" }, "shared the album “Lisbon” with Ben, who can add to it"],
  ["album.leave", { album: "Lisbon" }, "left the album “Lisbon”"],
  ["link.create", { album: "Lisbon" }, "made a link to “Lisbon”"],
  ["link.change", { album: "Lisbon", what: "password" }, "changed the password of the link to “Lisbon”"],
  [
    "link.change",
    { album: "Lisbon", what: "expiresAt, allowDownload, allowOriginals, hideMetadata" },
    "changed the last day, what may be downloaded and what is hidden of the link to “Lisbon”",
  ],
  [
    "link.direct",
    { asset: "0190", until: "2026-12-31T12:00:00Z" },
    `made a direct link to a photo, which works until ${dateName({ year: 2026, month: 12, day: 31 })}`,
  ],
  ["guest.send", { files: 2, name: "Grandma" }, "sent 2 items as “Grandma”"],
  ["guest.send", { files: 1, name: null }, "sent 1 item"],
  ["guest.accept", { photos: 2 }, "accepted 2 items from guests"],
  ["guest.undo", { photos: 1 }, "let 1 item from guests wait again"],
  ["asset.trash", { count: 2 }, "moved 2 items to the bin"],
  ["asset.purge", { count: 1 }, "deleted 1 item for good"],
  ["budget.change", { usd: 1000, provider: "aws" }, "set the monthly budget to $1,000.00"],
  ["budget.change", { usd: null }, "took away the monthly budget"],
  ["budget.change", { provider: "own" }, "chose whose prices the costs are told at"],
  ["asset.of-the-future", {}, "asset.of-the-future"],
])("tells %s in words", (action, details, words) => {
  expect(activityText({ action, details })).toBe(words);
});
