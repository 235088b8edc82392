import { type ComponentType, type ReactNode, useEffect, useState } from "react";
import type { Chunk } from "../lib/chunk.ts";
import { useStore } from "../lib/store.ts";
import { Button } from "./button.tsx";
import { Dialog, DialogActions } from "./dialog.tsx";

type Props<P> = {
  chunk: Chunk<ComponentType<P>>;
  /** What the component is given. */
  with: P;
  /** Shown until it is here. */
  waiting?: ReactNode;
  /** Leaves, when it does not come. */
  onClose: () => void;
};

/** A component out of a chunk. One that does not come is told in a dialog, over a page that stays as it is, and can be asked for again. */
export function Lazy<P extends object>({ chunk, with: props, waiting, onClose }: Props<P>) {
  const loaded = useStore(chunk.state);
  // A failure from before, while nobody was waiting, is none yet.
  const [asked, setAsked] = useState(false);
  const [busy, setBusy] = useState(false);
  const load = async () => {
    setBusy(true);
    await chunk.load().catch(() => undefined);
    setBusy(false);
    setAsked(true);
  };
  useEffect(() => {
    void chunk
      .load()
      .catch(() => undefined)
      .finally(() => setAsked(true));
  }, [chunk]);

  if (loaded.state === "here") return <loaded.value {...props} />;
  if (loaded.state === "absent" || !asked) return waiting;
  return (
    <Dialog title="Tintype cannot be reached" onClose={onClose}>
      <p>Check that it is running and that you are online, then try again.</p>
      <DialogActions leave="Close" onClose={onClose}>
        <Button busy={busy} onClick={() => void load()}>
          Try again
        </Button>
      </DialogActions>
    </Dialog>
  );
}
