import { monthName } from "../lib/dates.ts";
import type { Layout } from "./layout.ts";
import { monthAtOffset } from "./scrubber.ts";

const LINGER_MS = 900;

/** The month at the top of the window, shown over the grid while it scrolls. */
export function createSticky(host: HTMLElement) {
  const label = document.createElement("div");
  label.className = "grid-month";
  label.setAttribute("aria-hidden", "true");
  host.append(label);
  let timer = 0;
  let last: number | undefined;

  return {
    update(layout: Layout | undefined, offset: number): void {
      const moved = last !== undefined && offset !== last;
      last = offset;
      if (!moved || !layout || layout.library.count === 0) return;
      const text = monthName(layout.library.months[monthAtOffset(layout, offset)]!.month);
      if (label.textContent !== text) label.textContent = text;
      label.toggleAttribute("data-shown", offset > layout.metrics.heading);
      clearTimeout(timer);
      timer = setTimeout(() => delete label.dataset["shown"], LINGER_MS);
    },
    close(): void {
      clearTimeout(timer);
      label.remove();
    },
  };
}
