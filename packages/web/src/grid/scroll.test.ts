import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createScroll, TALLEST_BOX } from "./scroll.ts";

/** The part of an element that scrolling needs: it clamps as a browser does. */
function fakeBox(height: number) {
  const sizer = { style: { height: "0px" } };
  let top = 0;
  let listener: () => void = () => undefined;
  const box = {
    clientHeight: height,
    get scrollTop() {
      return top;
    },
    set scrollTop(value: number) {
      top = Math.max(0, Math.min(Number.parseInt(sizer.style.height, 10) - height, Math.round(value)));
    },
    addEventListener: (_: string, handler: () => void) => (listener = handler),
    removeEventListener: () => undefined,
  };
  const layer = { style: { top: "" } };
  const user = (value: number) => {
    box.scrollTop = value;
    listener();
  };
  return { box: box as unknown as HTMLElement, sizer: sizer as unknown as HTMLElement, layer: layer as unknown as HTMLElement, user };
}

function open(total: number) {
  const fake = fakeBox(1_000);
  const scroll = createScroll(fake.box, fake.sizer, fake.layer, () => undefined);
  scroll.setHeight(total);
  return { scroll, ...fake };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("scrolling", () => {
  it("is the browser's own while the content is low enough", () => {
    const { scroll, user, layer } = open(50_000);
    user(1_234);
    expect(scroll.offset()).toBe(1_234);
    scroll.moveTo(60_000);
    expect(scroll.offset()).toBe(49_000);
    expect(layer.style.top).toBe("0px");
  });

  it("never makes the box taller than 12 million pixels, and reaches both ends of any content", () => {
    const { scroll, sizer, user } = open(58_000_000);
    expect(sizer.style.height).toBe(`${TALLEST_BOX}px`);
    user(TALLEST_BOX);
    expect(scroll.offset()).toBe(57_999_000);
    user(0);
    expect(scroll.offset()).toBe(0);
  });

  it("moves a mapped content one to one by small steps, and the box back in proportion when it is quiet", () => {
    const { scroll, box, user } = open(58_000_000);
    scroll.moveTo(29_000_000);
    const start = box.scrollTop;
    user(start + 120);
    user(start + 240);
    expect(scroll.offset()).toBe(29_000_240);
    vi.advanceTimersByTime(300);
    expect(scroll.offset()).toBe(29_000_240);
    expect(box.scrollTop).toBe(Math.round((29_000_240 * (TALLEST_BOX - 1_000)) / 57_999_000));
  });

  it("maps a leap of the scroll bar in proportion", () => {
    const { scroll, user } = open(58_000_000);
    user(6_000_000);
    expect(scroll.offset() / 57_999_000).toBeCloseTo(6_000_000 / (TALLEST_BOX - 1_000), 6);
  });

  it("takes a new origin far away, so that tiles keep whole pixels", () => {
    const { scroll } = open(58_000_000);
    scroll.moveTo(100_000);
    scroll.rebase();
    expect(scroll.origin()).toBe(0);
    scroll.moveTo(40_000_000);
    scroll.rebase();
    expect(scroll.origin()).toBe(40_000_000);
  });

  it("counts from the content, and what lies above it is scrolled past first", () => {
    const { scroll, user, layer } = open(50_000);
    scroll.setHeight(50_000, 420);
    expect([scroll.offset(), layer.style.top]).toEqual([-420, "420px"]);
    user(500);
    expect(scroll.offset()).toBe(80);
    scroll.setHeight(50_000, 300);
    expect(scroll.offset()).toBe(80);
    scroll.moveTo(60_000);
    expect([scroll.offset(), scroll.range()]).toEqual([49_000, 49_000]);
    scroll.setHeight(58_000_000, 420);
    user(TALLEST_BOX);
    expect(scroll.offset()).toBe(57_999_000);
    user(0);
    expect(scroll.offset()).toBe(-420);
  });
});
