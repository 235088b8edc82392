import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createGate } from "./gate.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it("closes above 8 px/ms and opens 60 ms after the last fast step", () => {
  let opened = 0;
  const gate = createGate(
    () => opened++,
    () => Date.now(),
  );
  const step = (ms: number, offset: number) => {
    vi.advanceTimersByTime(ms);
    gate.note(offset);
  };
  step(0, 0);
  step(16, 100);
  expect(gate.isOpen()).toBe(true);
  step(16, 400);
  expect(gate.isOpen()).toBe(false);
  step(50, 900);
  expect(gate.isOpen()).toBe(false);
  vi.advanceTimersByTime(59);
  expect([gate.isOpen(), opened]).toEqual([false, 0]);
  vi.advanceTimersByTime(1);
  expect([gate.isOpen(), opened]).toEqual([true, 1]);
});

it("takes a jump after a pause for a jump, not for speed", () => {
  const gate = createGate(
    () => undefined,
    () => Date.now(),
  );
  gate.note(0);
  vi.advanceTimersByTime(1_000);
  gate.note(500_000);
  expect(gate.isOpen()).toBe(true);
});
