import { createChunk } from "../../lib/chunk.ts";
import { useStore } from "../../lib/store.ts";
import { Lazy } from "../../ui/lazy.tsx";
import { question } from "./bin.ts";
import { unlocking } from "./unlock.ts";

const unlockDialog = createChunk(async () => (await import("./unlock-dialog.tsx")).UnlockDialog);
const questionDialog = createChunk(async () => (await import("./question-dialog.tsx")).QuestionDialog);

/** What is asked of the person before something can be done, over whatever they look at. */
export function Dialogs() {
  const waiting = useStore(unlocking);
  const asked = useStore(question);
  return (
    <>
      {asked && <Lazy chunk={questionDialog} with={asked} onClose={asked.close} />}
      {waiting && <Lazy chunk={unlockDialog} with={waiting} onClose={() => waiting.done(false)} />}
    </>
  );
}
