import { useRef, useSyncExternalStore } from "react";
import type { Me } from "../../lib/api.ts";
import { FirstRun } from "../firstrun/firstrun.tsx";
import { TimelineScreen } from "../timeline/timeline.tsx";
import * as Pending from "../upload/pending.ts";
import { pick } from "../upload/pick.ts";

/** The library, or while it is empty the invitation to fill it. */
export function Photos({ me }: { me: Me | undefined }) {
  const pending = useSyncExternalStore(Pending.subscribe, Pending.snapshot);
  // The count in `me` comes later than the first photos' own tiles: what has begun stays.
  const begun = useRef(false);
  begun.current ||= pending.length > 0;
  if (me?.library.assets === 0 && !begun.current) {
    return <FirstRun onFiles={() => pick("files")} onFolder={() => pick("folder")} />;
  }
  return <TimelineScreen />;
}
