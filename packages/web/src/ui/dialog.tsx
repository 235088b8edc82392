import { type ReactNode, useEffect, useRef } from "react";
import { Button } from "./button.tsx";
import "./dialog.css";

/** A modal dialog: focus is trapped by the browser and goes back to where it was; Esc and a click beside it close it. */
export function Dialog({ title, onClose, children }: { title: string; onClose: () => void; children: ReactNode }) {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={ref}
      className="dialog"
      aria-label={title}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => event.target === ref.current && onClose()}
    >
      <div className="dialog-body">
        <h2>{title}</h2>
        {children}
      </div>
    </dialog>
  );
}

/** The foot of a dialog: the button that leaves it, and as children what it is there for. */
export function DialogActions({ leave = "Cancel", onClose, children }: { leave?: string; onClose: () => void; children?: ReactNode }) {
  return (
    <div className="dialog-actions">
      <Button kind="text" onClick={onClose}>
        {leave}
      </Button>
      {children}
    </div>
  );
}
