import { useSyncExternalStore } from "react";
import type { Me } from "../../lib/api.ts";
import { FirstRun } from "../firstrun/firstrun.tsx";
import * as Pending from "../upload/pending.ts";
import { pick } from "../upload/pick.ts";

/** The library, or while it is empty the invitation to fill it. */
export function Photos({ me }: { me: Me | undefined }) {
  const pending = useSyncExternalStore(Pending.subscribe, Pending.snapshot);
  if (me?.library.assets === 0 && pending.length === 0) {
    return <FirstRun onFiles={() => pick("files")} onFolder={() => pick("folder")} />;
  }
  return null;
}
