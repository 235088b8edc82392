import { useRef } from "react";
import type { Me } from "../../lib/api.ts";
import { useStore } from "../../lib/store.ts";
import { FirstRun } from "../firstrun/firstrun.tsx";
import { TimelineScreen } from "../timeline/timeline.tsx";
import { pick } from "../upload/pick.ts";
import { pending } from "../upload/upload.ts";

/** The library, or while it is empty the invitation to fill it. */
export function Photos({ me }: { me: Me | undefined }) {
  const tiles = useStore(pending);
  // The count in `me` comes later than the first photos' own tiles: what has begun stays.
  const begun = useRef(false);
  begun.current ||= tiles.length > 0;
  if (me?.library.assets === 0 && !begun.current) {
    return <FirstRun onFiles={() => pick("files")} onFolder={() => pick("folder")} />;
  }
  return <TimelineScreen />;
}
