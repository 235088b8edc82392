import { mdiClose } from "@mdi/js";
import { iconButton, tag } from "./dom.ts";
import "../../ui/toast.css";

const LIFE_MS = 6_000;

/** Shows a line at the bottom left for six seconds. */
export function toast(text: string): void {
  const box = document.querySelector(".toasts") ?? tag("div", "toasts");
  box.setAttribute("role", "status");
  if (!box.isConnected) document.body.append(box);
  const node = tag("div", "toast", tag("span", "", text));
  node.append(iconButton(mdiClose, "Close this message", () => node.remove()));
  box.append(node);
  setTimeout(() => node.remove(), LIFE_MS);
}
