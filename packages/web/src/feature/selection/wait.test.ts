import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createWait, followWaits, waitingText, waits } from "./wait.ts";

let page: EventTarget;
let isOnline: boolean;
beforeEach(() => {
  [page, isOnline] = [new EventTarget(), true];
  vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
  vi.stubGlobal("removeEventListener", page.removeEventListener.bind(page));
  vi.stubGlobal("navigator", {
    get onLine() {
      return isOnline;
    },
  });
});
afterEach(() => vi.unstubAllGlobals());

it.each([
  ["3 of 10 · 12 MB", true, "Waiting at 3 of 10 · 12 MB. The photos cannot be reached: the download carries on by itself once they are."],
  ["Preparing 12 files", true, "Waiting. The photos cannot be reached: the download carries on by itself once they are."],
  ["Preparing", false, "Waiting. You are offline: the download carries on by itself once you are back online."],
])("a download at %j that waits says that it goes on (online: %s)", (progress, online, text) => {
  expect(waitingText(progress, online)).toBe(text);
});

it("tells of it from when the first waits until the last does not, and otherwise once the network has gone", () => {
  const told: string[] = [];
  const stop = followWaits(
    () => "12 %",
    (text) => told.push(text),
  );
  const [one, other] = [createWait(), createWait()];
  one.begin();
  other.begin();
  one.end();
  isOnline = false;
  page.dispatchEvent(new Event("offline"));
  other.end();
  stop();
  one.begin();
  page.dispatchEvent(new Event("online"));
  one.end();
  const [here, gone] = [waitingText("12 %", true), waitingText("12 %", false)];
  expect([told, waits.get()]).toEqual([[here, here, here, gone, ""], 0]);
});
