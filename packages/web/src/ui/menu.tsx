import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import "./menu.css";

type Props = {
  /** The name of the button and of the menu. */
  label: string;
  face: ReactNode;
  className?: string;
  /** The items: elements with role `menuitem` or `menuitemradio`. */
  children: (close: () => void) => ReactNode;
};

const ITEMS = '[role^="menuitem"]';

/** A button that opens a menu under itself. Arrows, Home and End move, Esc and a click elsewhere close. */
export function Menu({ label, face, className = "", children }: Props) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const id = useId();

  useEffect(() => {
    if (!open) return;
    root.current?.querySelector<HTMLElement>(ITEMS)?.focus();
    const outside = (event: Event) => {
      if (event.target instanceof Node && !root.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener("pointerdown", outside);
    return () => document.removeEventListener("pointerdown", outside);
  }, [open]);

  const close = () => {
    setOpen(false);
    root.current?.querySelector("button")?.focus();
  };

  return (
    <div ref={root} className="menu-root" onKeyDown={(event) => open && move(event, root.current, close)}>
      <button
        type="button"
        className={className}
        aria-label={label}
        title={open ? undefined : label}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
      >
        {face}
      </button>
      {open && (
        <div id={id} className="menu" role="menu" aria-label={label}>
          {children(close)}
        </div>
      )}
    </div>
  );
}

type ItemProps = {
  close: () => void;
  /** Of several of which one holds: whether it is that one. */
  checked?: boolean;
  onPick: () => void;
  children: ReactNode;
};

/** An item of a menu; whoever picks it closes that. */
export function MenuItem({ close, checked, onPick, children }: ItemProps) {
  return (
    <button
      type="button"
      role={checked === undefined ? "menuitem" : "menuitemradio"}
      aria-checked={checked}
      className="menu-item"
      onClick={() => {
        close();
        onPick();
      }}
    >
      {children}
    </button>
  );
}

function move(event: KeyboardEvent, root: HTMLElement | null, close: () => void): void {
  if (event.key === "Escape") {
    event.stopPropagation();
    return close();
  }
  if (event.key === "Tab") return close();
  const items = [...(root?.querySelectorAll<HTMLElement>(ITEMS) ?? [])];
  const at = items.findIndex((item) => item === document.activeElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  items.at(next % items.length)?.focus();
}
