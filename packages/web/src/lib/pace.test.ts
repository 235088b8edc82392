import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { paceOf } from "./pace.ts";

const MINUTE = 60_000;
let page: EventTarget;

beforeEach(() => {
  vi.useFakeTimers();
  page = new EventTarget();
  vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("is what is asked for while somebody does something, and ten minutes when nobody has for five", () => {
  const onBack = vi.fn<() => void>();
  const pace = paceOf(onBack, new AbortController().signal);
  vi.advanceTimersByTime(4 * MINUTE);
  page.dispatchEvent(new Event("pointermove"));
  vi.advanceTimersByTime(5 * MINUTE - 1);
  expect(pace(30_000)).toBe(30_000);
  vi.advanceTimersByTime(1);
  expect([pace(30_000), pace(60 * MINUTE)]).toEqual([10 * MINUTE, 60 * MINUTE]);
  expect(onBack).not.toHaveBeenCalled();
});

it.each(["focus", "keydown", "pointerdown", "pointermove", "wheel"])("tells once by a %s that somebody is there again", (sign) => {
  const onBack = vi.fn<() => void>();
  const stop = new AbortController();
  const pace = paceOf(onBack, stop.signal);
  vi.advanceTimersByTime(6 * MINUTE);
  page.dispatchEvent(new Event(sign));
  page.dispatchEvent(new Event(sign));
  expect(onBack).toHaveBeenCalledOnce();
  expect(pace(30_000)).toBe(30_000);
  stop.abort();
  vi.advanceTimersByTime(6 * MINUTE);
  page.dispatchEvent(new Event(sign));
  expect(onBack).toHaveBeenCalledOnce();
});
