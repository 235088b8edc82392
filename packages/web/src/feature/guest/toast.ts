import { mdiClose } from "@mdi/js";
import { iconButton, tag } from "./dom.ts";
import "../../ui/toast.css";

const LIFE_MS = 6_000;

let box: HTMLElement | undefined;
let host: HTMLElement = document.body;

/** Shows them in a modal dialog, which lies over everything else, or in the page again. */
export function hostToasts(over: HTMLElement = document.body): void {
  host = over;
  if (box) host.append(box);
}

/** Shows a line at the bottom left, for six seconds unless it takes longer to read. */
export function toast(text: string, lifeMs: number = LIFE_MS): void {
  box ??= tag("div", "toasts");
  box.setAttribute("role", "status");
  if (!box.isConnected) host.append(box);
  const node = tag("div", "toast", tag("span", "", text));
  node.append(iconButton(mdiClose, "Close this message", () => node.remove()));
  box.append(node);
  setTimeout(() => node.remove(), lifeMs);
}
