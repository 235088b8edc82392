import { monthName } from "../lib/dates.ts";
import { element } from "../lib/dom.ts";
import type { Layout } from "./layout.ts";
import { monthAtTop } from "./track.ts";

const LINGER_MS = 900;

/** The month at the top of the window, shown over the grid while a person scrolls it; a jump says by itself where it leads. */
export function createSticky(host: HTMLElement) {
  const label = element("div", "grid-month");
  label.setAttribute("aria-hidden", "true");
  host.append(label);
  let timer = 0;
  let last: number | undefined;

  return {
    update(layout: Layout | undefined, offset: number, byHand: boolean): void {
      const moved = last !== undefined && offset !== last;
      last = offset;
      if (!moved || !layout || layout.library.count === 0) return;
      if (!byHand) return void delete label.dataset["shown"];
      const text = monthName(layout.library.months[monthAtTop(layout, offset)]!.month);
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
