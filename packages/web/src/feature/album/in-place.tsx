import { type KeyboardEvent, useRef, useState } from "react";
import { formatCount } from "../../lib/format.ts";
import { messageOf, Problem } from "../../lib/http.ts";

/** How full a field is when it says so. */
const NEAR_END = 0.9;

type Props = {
  className: string;
  label: string;
  text: string;
  placeholder?: string;
  maxLength: number;
  /** Emptied, it becomes again what it was. */
  required?: boolean;
  /** Where it throws, what was written stays, with what is wrong with it. */
  onSave: (text: string) => Promise<void>;
};

/** Text that is edited where it stands: Enter and leaving it save, Esc takes back. Shift+Enter begins a line where there may be several. */
export function InPlace({ className, label, text, placeholder, maxLength, required = false, onSave }: Props) {
  const box = useRef<HTMLTextAreaElement>(null);
  // Undefined while nobody writes: then it is what it is.
  const [written, setDraft] = useState<string>();
  const [error, setError] = useState<string>();
  const draft = written ?? text;

  const write = (next: string | undefined) => {
    setDraft(next);
    setError(undefined);
  };
  const save = async () => {
    const next = draft.trim();
    if (next === text || (next === "" && required)) return write(undefined);
    try {
      await onSave(next);
      write(undefined);
    } catch (cause) {
      const isText = cause instanceof Problem && cause.code === "invalid";
      setError(isText ? `The ${label.toLowerCase()} has characters that cannot be shown.` : messageOf(cause));
    }
  };
  const note = error ?? (written === undefined ? undefined : roomText(written.length, maxLength));
  const key = (event: KeyboardEvent) => {
    // The grid has keys of its own.
    event.stopPropagation();
    if (event.key === "Escape") write(undefined);
    if (event.key !== "Enter" || (event.shiftKey && !required)) return;
    event.preventDefault();
    box.current?.blur();
  };
  return (
    <>
      <textarea
        ref={box}
        className={`${className} in-place`}
        aria-label={label}
        aria-invalid={error !== undefined}
        value={draft}
        placeholder={placeholder}
        maxLength={maxLength}
        rows={1}
        onChange={(event) => write(required ? event.target.value.replaceAll("\n", " ") : event.target.value)}
        onBlur={() => void save()}
        onKeyDown={key}
      />
      {note !== undefined && (
        <p
          className={error === undefined ? "in-place-note" : "in-place-note in-place-wrong"}
          role={error === undefined ? "status" : "alert"}
        >
          {note}
        </p>
      )}
    </>
  );
}

/** Near the end, how much is written and how much there may be: the field takes no more. */
function roomText(length: number, most: number): string | undefined {
  if (length < most * NEAR_END) return undefined;
  const count = `${formatCount(length)} of ${formatCount(most)} characters`;
  return length < most ? count : `${count}. What goes beyond is left out.`;
}
