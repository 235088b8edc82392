import { Prove } from "../account/prove.tsx";
import type { Unlocking } from "./unlock.ts";

/** Asks who one is again, over whatever needs it. */
export function UnlockDialog({ done }: Unlocking) {
  return (
    <Prove
      title="Show that it is you"
      text="What is locked opens in this browser for 15 minutes."
      label="Unlock"
      onProven={() => done(true)}
      onClose={() => done(false)}
    />
  );
}
