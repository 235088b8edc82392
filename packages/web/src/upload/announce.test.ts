import { expect, it } from "vitest";
import { announce, SILENCE, type Said } from "./announce.ts";

/** What is said of an upload of 100 files that lasts so many seconds, seen four times a second. */
function heard(seconds: number): string[] {
  const texts: string[] = [];
  let said: Said = SILENCE;
  for (let step = 0; step <= seconds * 4; step++) {
    const progress = step / (seconds * 4);
    const over = progress === 1;
    const text = over ? "100 photos are safe" : `Uploading ${Math.floor(progress * 100)} of 100`;
    const next = announce(said, { text, now: step * 250, progress, state: over ? "over" : "running" });
    if (next !== said) texts.push(next.text);
    said = next;
  }
  return texts;
}

it("tells the beginning, the quarters and the end", () => {
  expect(heard(40)).toEqual([
    "Uploading 0 of 100",
    "Uploading 25 of 100",
    "Uploading 50 of 100",
    "Uploading 75 of 100",
    "100 photos are safe",
  ]);
});

it("tells at least every 20 seconds how far a long upload is", () => {
  const texts = heard(400);
  expect(texts.length).toBeGreaterThanOrEqual(20);
  expect(texts.length).toBeLessThanOrEqual(24);
});

it("leaves quarters out that come too fast, but never the end", () => {
  expect(heard(1)).toEqual(["Uploading 0 of 100", "100 photos are safe"]);
});

it("tells at once that everything waits", () => {
  const said = announce(SILENCE, { text: "Uploading 1 of 9", now: 0, progress: 0.1, state: "running" });
  expect(announce(said, { text: "You are offline", now: 250, progress: 0.1, state: "offline" }).text).toBe("You are offline");
});
