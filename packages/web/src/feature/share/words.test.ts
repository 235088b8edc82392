import { describe, expect, it } from "vitest";
import { dateName } from "../../lib/dates.ts";
import type { ShareLink } from "../../lib/share-api.ts";
import { madeText, stateText, traitsText, whoText } from "./words.ts";

const day = (of: number, month = 12) => dateName({ year: 2026, month, day: of });
const open = { password: false, expiresAt: "", download: true, originals: true, upload: false, hide: false };

describe("who can see what is shared", () => {
  it.each([
    [open, "Whoever has the link sees these photos until you revoke it, and can save the originals."],
    [
      { ...open, password: true, expiresAt: "2026-12-31", originals: false },
      `Whoever has the link and its password sees these photos until ${day(31)}, and can save large previews.`,
    ],
    [
      { ...open, download: false, upload: true },
      "Whoever has the link sees these photos until you revoke it, cannot save them and can send you theirs.",
    ],
    [
      { ...open, hide: true },
      "Whoever has the link sees these photos until you revoke it, and can save copies that tell no place and camera. " +
        "Where no such copy can be made, there is a large preview instead; of files without one, such as PDFs, nothing is shown.",
    ],
  ])("is said, with what is not", (choices, text) => {
    expect(whoText(choices)).toBe(text);
  });
});

const link = {
  state: "open",
  expiresAt: null,
  views: 1,
  hasPassword: true,
  allowDownload: true,
  allowOriginals: false,
  allowUpload: true,
  hideMetadata: true,
  uploadedCount: 3,
  egressBytes: 1_200_000,
  budgetBytes: 5_000_000,
} as ShareLink;

describe("a link in the list", () => {
  it("says whether it works", () => {
    expect(stateText(link)).toBe("Open");
    expect(stateText({ state: "open", expiresAt: "2026-12-31T12:00:00Z" })).toBe(`Open until ${day(31)}`);
    expect(stateText({ state: "spent", expiresAt: null }, new Date("2026-12-31T23:00:00Z"))).toBe(
      `Out of budget until ${dateName({ year: 2027, month: 1, day: 1 })}`,
    );
  });

  it("says what tells it from others to the same photos", () => {
    const createdAt = "2026-11-29T12:00:00Z";
    expect(madeText({ createdAt, frameOrigins: [] })).toBe(`Made on ${day(29, 11)}`);
    const frameOrigins = ["https://a.example", "https://b.example"];
    expect(madeText({ createdAt, frameOrigins })).toBe(`Made on ${day(29, 11)} · in a frame on https://a.example, https://b.example`);
  });

  it("says what it promises", () => {
    expect(traitsText(link)).toBe(
      "1 view · password · previews only · place and camera hidden · 3 files sent by guests · 1.2 MB of 5 MB fetched this month",
    );
  });
});
