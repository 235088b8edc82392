import { expect, test } from "vitest";
import { headline, subline } from "./summary.ts";
import type { Row, View } from "./view.ts";

function view(change: Partial<View>): View {
  return {
    now: 0,
    total: 100,
    safe: 0,
    videos: 0,
    duplicates: 0,
    addedTo: undefined,
    arrived: 0,
    sidecars: 0,
    failed: 0,
    retryable: 0,
    checking: 0,
    photos: true,
    running: true,
    unsent: 1,
    sent: true,
    progress: 0,
    bytesPerSecond: 0,
    secondsLeft: undefined,
    hold: undefined,
    outage: undefined,
    waiting: false,
    atStorage: false,
    skipped: { count: 0, names: [] },
    unreadable: 0,
    unread: [],
    rows: [],
    more: 0,
    ...change,
  };
}

const retrying: Row = {
  key: "a",
  name: "a.jpg",
  bytes: 1,
  kind: "photo",
  state: "retrying",
  progress: 0,
  reason: "The storage is busy.",
  canRetry: false,
  retryAt: 2_000,
  previewUrl: null,
};

const failed = (reason: string): Row => ({ ...retrying, state: "failed", reason });
const over = (change: Partial<View>): View => view({ running: false, ...change });

test.each<[string, View]>([
  ["Uploading 1,204 of 8,310", view({ total: 8_310, unsent: 7_106 })],
  ["Looking through 40 of 100", view({ sent: false, unsent: 60, duplicates: 40 })],
  ["Uploading 0 of 1", view({ sent: false, waiting: true, total: 1 })],
  ["Verifying the last 12", view({ safe: 88, checking: 12, unsent: 0 })],
  ["Paused at 10 of 100", view({ hold: "paused", unsent: 90 })],
  ["Sign in to continue", view({ hold: "signed-out" })],
  ["The storage is full", view({ hold: "full" })],
  ["You are offline", view({ hold: "offline" })],
  ["100 photos are safe", over({ safe: 100 })],
  ["1 photo is safe", over({ total: 1, safe: 1 })],
  ["100 files are safe", over({ safe: 100, photos: false })],
  ["All 100 photos were already there", over({ duplicates: 100 })],
  ["This photo was already there", over({ total: 1, duplicates: 1 })],
  ["1 photo was here already; added to “Berlin”", over({ total: 1, duplicates: 1, addedTo: "Berlin" })],
  ["100 photos were here already; added to “Berlin”", over({ duplicates: 100, addedTo: "Berlin" })],
  ["97 photos are safe, 1 failed", over({ safe: 97, duplicates: 2, failed: 1 })],
  ["99 photos already there, 1 failed", over({ duplicates: 99, failed: 1 })],
  ["All 100 files failed", over({ failed: 100 })],
  ["1 file failed", over({ total: 1, failed: 1 })],
  ["Nothing to upload", over({ total: 0 })],
])("says %j", (text, state) => {
  expect(headline(state)).toBe(text);
});

test.each<[string, View]>([
  ["14 MB/s · about 38 min left · keep this page open", view({ bytesPerSecond: 14_200_000, secondsLeft: 2_280 })],
  ["Keep this page open", view({})],
  ["Everything is sent. You may close this page.", view({ checking: 12, unsent: 0 })],
  ["The connection broke. Next try in 8 s.", view({ outage: { reason: "The connection broke.", until: 8_000 } })],
  ["The connection broke. Trying again.", view({ outage: { reason: "The connection broke.", until: 0 } })],
  ["The storage is busy. Next try in 2 s.", view({ waiting: true, rows: [retrying] })],
  ["Keep this page open", view({ waiting: false, rows: [retrying] })],
  ["Nothing was sent.", over({ duplicates: 100 })],
  ["7 sidecar files, such as XMP, are kept with your photos but not shown.", over({ safe: 100, sidecars: 7 })],
  ["Nothing was sent. 1 sidecar file, such as XMP, is kept with your photos but not shown.", over({ duplicates: 100, sidecars: 1 })],
  [
    "2 files were already there. Hidden files were left out: .DS_Store.",
    over({ safe: 98, duplicates: 2, skipped: { count: 1, names: [".DS_Store"] } }),
  ],
  [
    "Hidden files were left out: .DS_Store. Files that only your system needs were left out: Thumbs.db.",
    over({ safe: 1, skipped: { count: 9, names: [".DS_Store", "Thumbs.db"] } }),
  ],
  ["2 files were here already; added to “Berlin”.", over({ safe: 98, duplicates: 2, addedTo: "Berlin" })],
  ["Hidden files were left out: .a, .b, .c and others.", over({ safe: 1, skipped: { count: 9, names: [".a", ".b", ".c", ".d"] } })],
  ["No room.", over({ safe: 98, failed: 2, rows: [failed("No room."), failed("No room.")] })],
  ["", over({ safe: 98, failed: 2, rows: [failed("No room."), failed("It is empty.")] })],
  ["", over({ safe: 99, failed: 1, rows: [failed("No room.")] })],
  ["3 files could not be opened.", over({ safe: 100, unreadable: 3 })],
  ["One folder could not be read completely: trip/day.", over({ safe: 100, unread: ["trip/day"] })],
  ["Some folders could not be read completely: a, b.", over({ safe: 100, unread: ["a", "b"] })],
  ["", over({ safe: 100 })],
])("adds %j", (text, state) => {
  expect(subline(state)).toBe(text);
});
