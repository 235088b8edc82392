import { afterEach, beforeEach, expect, it, vi } from "vitest";

const HOUR_MS = 3_600_000;
const COST = { soFar: 1, expected: 2.47, prices: "Cloudflare R2" };

/** What the server answers to the n-th question; nothing = it is away. */
const answers: unknown[] = [];
let asked = 0;
const kept = new Map<string, string>();

/** As a page that has just been opened has it. */
const open = async () => {
  vi.resetModules();
  return import("./month.ts");
};

beforeEach(() => {
  vi.useFakeTimers({ now: new Date("2026-11-16T00:00:00Z") });
  [asked, answers.length] = [0, 0];
  kept.clear();
  vi.stubGlobal("location", new URL("http://localhost/"));
  vi.stubGlobal("sessionStorage", {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, text: string) => kept.set(name, text),
    removeItem: (name: string) => kept.delete(name),
  });
  vi.stubGlobal("fetch", async () => {
    const answer = answers[asked];
    asked += 1;
    if (answer === undefined) throw new TypeError("Failed to fetch");
    return Response.json(answer);
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("a month's cost is asked for when somebody does something, once in an hour, and never by itself", async () => {
  answers.push({ month: COST }, { month: null });
  const { askForMonth, month } = await open();
  await askForMonth("1");
  await askForMonth("2");
  expect([asked, month.get()]).toEqual([1, COST]);
  await vi.advanceTimersByTimeAsync(24 * HOUR_MS);
  expect(asked).toBe(1);
  await askForMonth("2");
  expect(asked).toBe(1);
  await askForMonth("3");
  expect([asked, month.get()]).toEqual([2, null]);
});

it("a cost that was told is known in the next page of the tab, for the rest of the hour", async () => {
  answers.push({ month: COST }, { month: { ...COST, expected: 3 } });
  await (await open()).askForMonth("4");
  vi.advanceTimersByTime(HOUR_MS / 2);
  const { askForMonth, month } = await open();
  await askForMonth("5");
  expect([asked, month.get()]).toEqual([1, COST]);
  vi.advanceTimersByTime(HOUR_MS / 2);
  await askForMonth("6");
  expect([asked, month.get()?.expected]).toEqual([2, 3]);
});

it("what the settings have found out is not asked for again", async () => {
  answers.push({ month: null });
  const { askForMonth, forget, month, tell } = await open();
  tell(COST);
  await askForMonth("7");
  expect([asked, month.get()]).toEqual([0, COST]);
  // Until they have changed it.
  forget();
  await (await open()).askForMonth("8");
  expect(asked).toBe(1);
});

it("what fails, or was kept by something else, is no cost", async () => {
  kept.set("tintype.month", "{");
  const { askForMonth, month } = await open();
  await askForMonth("9");
  expect([asked, month.get()]).toEqual([1, null]);
});
