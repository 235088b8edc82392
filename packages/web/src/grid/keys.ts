import { boxOf, readRow, rowAt, rowOf, slotNear, type Layout } from "./layout.ts";
import type { Surface } from "./surface.ts";

/** Where a key leads from a slot; undefined for keys that do not move. Up and down keep to the column by geometry. */
export function moveBy(layout: Layout, key: string, slot: number, page: number): number | undefined {
  const last = layout.library.count - 1;
  const row = rowOf(layout, slot);
  const { left, top, width, height } = boxOf(layout, slot);
  const inRow = (target: number) => slotNear(layout, Math.min(layout.rows - 1, Math.max(0, target)), left + width / 2);
  switch (key) {
    case "ArrowLeft":
      return Math.max(0, slot - 1);
    case "ArrowRight":
      return Math.min(last, slot + 1);
    case "ArrowUp":
      return row === 0 ? slot : inRow(row - 1);
    case "ArrowDown":
      return row === layout.rows - 1 ? slot : inRow(row + 1);
    case "PageUp":
      return inRow(rowAt(layout, Math.max(0, top - page)));
    case "PageDown":
      return inRow(rowAt(layout, top + height + page));
    case "Home":
      return 0;
    case "End":
      return last;
    default:
      return undefined;
  }
}

/** The grid's keys: arrows, Home, End and pages move; with Shift they select; x and Space toggle; Ctrl+A selects all; Esc lets go. */
export function listenKeys(surface: Surface): () => void {
  const { layer, box, selection, range } = surface;

  function move(event: KeyboardEvent, layout: Layout, slot: number): void {
    const next = moveBy(layout, event.key, slot, box.clientHeight * 0.8);
    if (next === undefined) return;
    event.preventDefault();
    if (event.shiftKey) range.extend(next, slot);
    surface.focus(next);
    if (!event.shiftKey) range.begin(next);
  }

  function handle(event: KeyboardEvent): void {
    const { layout } = surface.shown;
    if (!layout || layout.library.count === 0 || event.altKey) return;
    const command = event.ctrlKey || event.metaKey;
    if (command && event.key === "a") {
      event.preventDefault();
      selection.set(0, layout.library.count, true);
      return;
    }
    // A check that has the focus answers to Space by itself.
    const onButton = event.key === " " && event.target instanceof Element && event.target.closest("button") !== null;
    if (command || onButton) return;
    const slot = surface.shown.active ?? readRow(layout, rowAt(layout, surface.scroll.offset())).begin;
    if (event.key === "x" || event.key === " ") {
      event.preventDefault();
      selection.set(slot, slot + 1, !selection.has(slot));
      surface.focus(slot);
      range.begin(slot);
      return;
    }
    move(event, layout, slot);
  }

  /** Keys that work wherever the focus is, as long as nothing is written there and nothing lies over the grid. */
  function handlePage(event: KeyboardEvent): void {
    if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
    const target = event.target instanceof HTMLElement ? event.target : document.body;
    if (target.closest("input, textarea, select, [role=slider], [role=menu]")) return;
    if (event.key === "Escape" && selection.count() > 0) {
      event.preventDefault();
      selection.clear();
      range.begin();
    } else if (layer.contains(target) || target.contains(box)) handle(event);
  }

  const focusIn = (event: FocusEvent) => {
    const { target } = event;
    if (!(target instanceof Node)) return;
    for (const tile of surface.stage.tiles()) if (tile.node.contains(target)) surface.shown.active = tile.slot;
  };
  document.addEventListener("keydown", handlePage);
  layer.addEventListener("focusin", focusIn);
  return () => {
    document.removeEventListener("keydown", handlePage);
    layer.removeEventListener("focusin", focusIn);
  };
}
