import { mdiContentCopy } from "@mdi/js";
import { useState } from "react";
import { IconButton } from "./button.tsx";
import "./copy.css";

const SAID_MS = 2_000;

/** Copies a text, and says so in its own place for a moment; `label` is its name. */
export function Copy({ text, label }: { text: string; label: string }) {
  const [said, setSaid] = useState("");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid("Copied");
    } catch {
      setSaid("Could not copy");
    }
    setTimeout(() => setSaid(""), SAID_MS);
  };
  return (
    <span className="copy">
      <span role="status">{said}</span>
      {said === "" && <IconButton icon={mdiContentCopy} label={label} onClick={() => void copy()} />}
    </span>
  );
}
