import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Detail, Details } from "./detail.ts";
import type { Entry } from "./sequence.ts";
import { createSlide } from "./slide.ts";

/** As much of an element as a slide uses. */
class Node {
  readonly style = {};
  children: Node[] = [];
  readonly listeners = new Map<string, () => void>();
  readonly name: string;
  parent: Node | undefined;

  constructor(name: string) {
    this.name = name;
  }
  append(...nodes: Node[]): void {
    this.children.push(...nodes);
    for (const node of nodes) node.parent = this;
  }
  replaceChildren(...nodes: Node[]): void {
    this.children = [];
    this.append(...nodes);
  }
  remove(): void {
    if (this.parent) this.parent.children = this.parent.children.filter((each) => each !== this);
  }
  addEventListener(type: string, listener: () => void): void {
    this.listeners.set(type, listener);
  }
  setAttribute(): void {}
  canPlayType(): string {
    return "maybe";
  }
}

beforeEach(() => {
  vi.stubGlobal("document", {
    createElement: (name: string) => new Node(name),
    createElementNS: (_: string, name: string) => new Node(name),
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

function video() {
  const detail = {
    id: "a",
    kind: "video",
    state: "ready",
    name: "a.mov",
    type: "video/mp4",
    urls: { original: "http://store/a", thumb: null },
  };
  const details: Details = { get: async () => detail as Detail, forget: () => undefined };
  const item = { id: "a", kind: "video", thumb: null } as Entry["item"];
  const slide = createSlide({ item, ratio: 1, day: {} as Entry["day"] }, details);
  return { slide, box: slide.box as unknown as Node };
}

it("has one player, however often its details come", async () => {
  const { slide, box } = video();
  await Promise.all([slide.load(), slide.load()]);
  const [player] = box.children;
  await slide.load();
  expect(box.children).toEqual([player]);
  expect(player?.name).toBe("video");
});

it("does not try again what the browser could not play", async () => {
  const { slide, box } = video();
  await slide.load();
  box.children[0]?.listeners.get("error")?.();
  const [reason] = box.children;
  await slide.load();
  expect(box.children).toEqual([reason]);
  expect(reason?.name).toBe("div");
});
