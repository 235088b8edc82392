import { mdiCameraIris, mdiFileOutline, mdiImageOutline } from "@mdi/js";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createPlaceholder } from "./placeholder.ts";

/** As much of an element as a placeholder uses. */
class Node {
  readonly dataset: Record<string, string> = {};
  readonly attributes = new Map<string, string>();
  children: Node[] = [];
  setAttribute(name: string, value: string): void {
    this.attributes.set(name, value);
  }
  append(...nodes: Node[]): void {
    this.children.push(...nodes);
  }
}

beforeEach(() => {
  vi.stubGlobal("document", { createElement: () => new Node(), createElementNS: () => new Node() });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

it.each([
  ["photo", "aurora.jxl", "JXL", mdiImageOutline],
  ["photo", "torn.JPG", "JPG", mdiImageOutline],
  ["raw", "DSC_0412.nef", "NEF", mdiCameraIris],
  ["other", "notes", "", mdiFileOutline],
] as const)("of a %s called %s names its type, whether a picture could be made or not", (kind, name, type, icon) => {
  // Of an item more is known than a placeholder may show: nothing of it is broken.
  const item = { kind, name, state: "unprocessable" };
  const node = createPlaceholder(item) as unknown as Node;
  expect(node.dataset["text"]).toBe(type);
  expect(node.children[0]?.children[0]?.attributes.get("d")).toBe(icon);
  expect(node.children[1]?.dataset["text"]).toBe(name);
});
