import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Frame } from "../account/frame.tsx";
import { loadSession } from "../account/session.ts";

/** Shown in place of the app when its server did not answer at the start. */
export function Unreachable({ message }: { message: string }) {
  const [busy, setBusy] = useState(false);
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
