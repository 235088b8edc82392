import { Copy } from "../../ui/copy.tsx";
import "./lines.css";

/** Lines to be copied into a configuration; nothing where there are none. `title` is what they are for. */
export function Lines({ lines, title }: { lines: readonly string[]; title: string }) {
  if (lines.length === 0) return null;
  const text = lines.join("\n");
  return (
    <div className="lines">
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls sideways must be reachable by the keyboard */}
      <pre tabIndex={0} aria-label={`Lines for: ${title}`}>
        {text}
      </pre>
      <Copy label="Copy the lines" text={text} />
    </div>
  );
}
