import { type KeyboardEvent, useRef, useState } from "react";

type Props = {
  className: string;
  label: string;
  text: string;
  placeholder?: string;
  maxLength: number;
  /** Emptied, it becomes again what it was. */
  required?: boolean;
  onSave: (text: string) => void;
};

/** Text that is edited where it stands: Enter and leaving it save, Esc takes back. Shift+Enter begins a line where there may be several. */
export function InPlace({ className, label, text, placeholder, maxLength, required = false, onSave }: Props) {
  const box = useRef<HTMLTextAreaElement>(null);
  // Undefined while nobody writes: then it is what it is.
  const [written, setDraft] = useState<string>();
  const draft = written ?? text;

  const save = () => {
    const next = draft.trim();
    setDraft(undefined);
    if (next !== text && (next !== "" || !required)) onSave(next);
  };
  const key = (event: KeyboardEvent) => {
    // The grid has keys of its own.
    event.stopPropagation();
    if (event.key === "Escape") setDraft(undefined);
    if (event.key !== "Enter" || (event.shiftKey && !required)) return;
    event.preventDefault();
    box.current?.blur();
  };
  return (
    <textarea
      ref={box}
      className={`${className} in-place`}
      aria-label={label}
      value={draft}
      placeholder={placeholder}
      maxLength={maxLength}
      rows={1}
      onChange={(event) => setDraft(required ? event.target.value.replaceAll("\n", " ") : event.target.value)}
      onBlur={save}
      onKeyDown={key}
    />
  );
}
