import { useEffect, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Frame } from "../account/frame.tsx";
import { loadSession } from "../account/session.ts";

const AGAIN_MS = 5_000;

/** Shown in place of the app when its server did not answer at the start, until it does. */
export function Unreachable({ message }: { message: string }) {
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    const timer = setInterval(() => document.hidden || void loadSession(), AGAIN_MS);
    return () => clearInterval(timer);
  }, []);
  const again = async () => {
    setBusy(true);
    await loadSession();
    setBusy(false);
  };
  return (
    <Frame title="Tintype is not answering" lead={message}>
      <Button busy={busy} onClick={again}>
        Try again
      </Button>
    </Frame>
  );
}
