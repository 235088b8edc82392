import type { Me } from "../../lib/api.ts";
import { useStore } from "../../lib/store.ts";
import { FirstRun } from "../firstrun/firstrun.tsx";
import { TimelineScreen } from "../timeline/timeline.tsx";
import { pick } from "../upload/pick.ts";
import { begun } from "../upload/upload.ts";

/** The library, or while it is empty the invitation to fill it. */
export function Photos({ me }: { me: Me | undefined }) {
  // The count in `me` comes later than the first photos' own tiles.
  const hasBegun = useStore(begun);
  if (me?.library.assets === 0 && !hasBegun) {
    return <FirstRun onFiles={() => pick("files")} onFolder={() => pick("folder")} />;
  }
  return <TimelineScreen />;
}
