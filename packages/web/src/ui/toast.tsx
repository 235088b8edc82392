import { mdiClose } from "@mdi/js";
import { createPortal } from "react-dom";
import { createStore, useStore } from "../lib/store.ts";
import { Button, IconButton } from "./button.tsx";
import "./toast.css";

type Toast = { id: number; text: string; action?: { label: string; run: () => void } };

const LIFE_MS = 6_000;
/** As long as something can be undone. */
export const ACTION_MS = 10_000;
const toasts = createStore<readonly Toast[]>([]);
const host = createStore<HTMLElement | undefined>(undefined);
let lastId = 0;

/** Shows a line at the bottom left for six seconds; with an action (say Undo) for ten. */
export function toast(text: string, action?: Toast["action"]): void {
  const id = ++lastId;
  toasts.set(withToast(toasts.get(), action ? { id, text, action } : { id, text }));
  setTimeout(() => close(id), action ? ACTION_MS : LIFE_MS);
}

/** The three newest. The same said again takes the place of what stands there; what can be undone is each a thing of its own. */
export function withToast(shown: readonly Toast[], next: Toast): Toast[] {
  const others = next.action ? shown : shown.filter(({ text, action }) => action !== undefined || text !== next.text);
  return [...others, next].slice(-3);
}

/** Takes every toast away: what was said to one person is not for the next. */
export function clearToasts(): void {
  toasts.set([]);
}

function close(id: number): void {
  toasts.set(toasts.get().filter((each) => each.id !== id));
}

/** Shows them in a modal dialog, which lies over everything else, until what this gives is called. */
export function hostToasts(dialog: HTMLElement): () => void {
  host.set(dialog);
  return () => host.set(undefined);
}

export function Toasts() {
  const shown = useStore(toasts);
  const over = useStore(host);
  const list = (
    <div className="toasts" role="status">
      {shown.map(({ id, text, action }) => (
        <div className="toast" key={id}>
          <span>{text}</span>
          {action && (
            <Button
              kind="text"
              onClick={() => {
                action.run();
                close(id);
              }}
            >
              {action.label}
            </Button>
          )}
          <IconButton icon={mdiClose} label="Close this message" onClick={() => close(id)} />
        </div>
      ))}
    </div>
  );
  return over ? createPortal(list, over) : list;
}
