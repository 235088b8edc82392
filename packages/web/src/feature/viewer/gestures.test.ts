import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { listenGestures, type GestureHandlers } from "./gestures.ts";

/** As much of an element as gestures need, 1,000 × 600 pixels large. */
class Target extends EventTarget {
  captured: number[] = [];
  getBoundingClientRect() {
    return { left: 0, top: 0, width: 1_000, height: 600 };
  }
  setPointerCapture(id: number): void {
    this.captured.push(id);
  }
  closest(): null {
    return null;
  }
}

let target: Target;
let told: unknown[][];
let time = 0;
let stop: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("Element", Target);
  target = new Target();
  told = [];
  time = 1_000;
  const tell =
    (name: string) =>
    (...given: unknown[]): void =>
      void told.push([name, ...given]);
  const names = ["drag", "release", "pinch", "tap", "doubleTap", "wheel"] as const;
  stop = listenGestures(target as unknown as HTMLElement, Object.fromEntries(names.map((name) => [name, tell(name)])) as GestureHandlers);
});
afterEach(() => {
  stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A pointer's event, 20 ms after the one before, at pixels from the left and 300 from the top. */
function send(type: string, x: number, { id = 1, pressed = true, y = 300 } = {}): void {
  const event = new Event(type);
  const facts = { pointerId: id, clientX: x, clientY: y, button: 0, buttons: pressed ? 1 : 0, pointerType: "mouse" };
  for (const [name, value] of Object.entries({ ...facts, timeStamp: (time += 20) })) Object.defineProperty(event, name, { value });
  target.dispatchEvent(event);
}
const names = () => told.map(([name]) => name);

it("drags while the button is held, and lets go with the speed at the end", () => {
  send("pointerdown", 500);
  send("pointermove", 504);
  send("pointermove", 520);
  send("pointermove", 540);
  send("pointerup", 540, { pressed: false });
  expect(told.slice(0, 2)).toEqual([
    ["drag", { x: 16, y: 0 }, { x: 20, y: 0 }],
    ["drag", { x: 20, y: 0 }, { x: 40, y: 0 }],
  ]);
  expect(told.slice(2)).toEqual([["release", { x: expect.closeTo(0.696), y: 0 }]]);
  expect(target.captured).toEqual([1]);
});

it("follows no mouse whose button was let go outside", () => {
  send("pointerdown", 930);
  send("pointermove", 800, { pressed: false });
  send("pointermove", 500, { pressed: false });
  expect(names()).toEqual([]);
  send("pointerdown", 500);
  send("pointermove", 600);
  send("pointermove", 650, { pressed: false });
  send("pointermove", 700, { pressed: false });
  expect(names()).toEqual(["drag", "release"]);
});

it("tells a tap only once it cannot be a double one", () => {
  send("pointerdown", 500);
  send("pointerup", 501, { pressed: false });
  expect(names()).toEqual([]);
  vi.advanceTimersByTime(280);
  expect(told).toEqual([["tap", "mouse"]]);
  told = [];
  time += 1_000;
  for (let i = 0; i < 2; i++) {
    send("pointerdown", 600);
    send("pointerup", 600, { pressed: false });
  }
  vi.advanceTimersByTime(1_000);
  expect(told).toEqual([["doubleTap", { x: 100, y: 0 }]]);
});

it("pinches with two fingers, and goes on with the one that stays", () => {
  send("pointerdown", 400, { id: 1 });
  send("pointerdown", 600, { id: 2 });
  send("pointermove", 800, { id: 2 });
  expect(told).toEqual([["pinch", { x: 100, y: 0 }, 2, { x: 100, y: 0 }]]);
  told = [];
  send("pointerup", 800, { id: 2, pressed: false });
  send("pointermove", 420, { id: 1 });
  expect(names()).toEqual(["drag"]);
});
