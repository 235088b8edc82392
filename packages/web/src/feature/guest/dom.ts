import { element, icon } from "../../lib/dom.ts";

type Children = readonly (Node | string | undefined | false)[];

/** An element with a class and what is in it. */
export function tag<K extends keyof HTMLElementTagNameMap>(name: K, className: string, ...children: Children): HTMLElementTagNameMap[K] {
  const node = element(name, className);
  node.append(...children.filter((child) => child !== undefined && child !== false));
  return node;
}

/** A button with its words and, before them, an icon of @mdi/js. */
export function button(className: string, shape: string | undefined, label: string, onClick: () => void): HTMLButtonElement {
  const node = tag("button", `button ${className}`, shape !== undefined && icon(shape), tag("span", "button-label", label));
  node.type = "button";
  node.addEventListener("click", onClick);
  return node;
}

/** A round button that is an icon alone. */
export function iconButton(shape: string, label: string, onClick: () => void): HTMLButtonElement {
  const node = tag("button", "icon-button", icon(shape));
  node.type = "button";
  node.addEventListener("click", onClick);
  call(node, label);
  return node;
}

/** What a button without words is called. */
export function call(node: HTMLElement, label: string): void {
  node.setAttribute("aria-label", label);
  node.title = label;
}
