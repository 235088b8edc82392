import { useEffect } from "react";
import type { Me } from "../../lib/api.ts";
import { useStore } from "../../lib/store.ts";
import { refreshLibrary } from "../account/session.ts";
import { FirstRun } from "../firstrun/firstrun.tsx";
import { TimelineScreen } from "../timeline/timeline.tsx";
import { pick } from "../upload/pick.ts";
import { begun } from "../upload/upload.ts";

/** Pause before the next look whether the library is still empty; it doubles. */
const LOOK_MS = { first: 2_000, most: 60_000 };

/** The library, or while it is empty the invitation to fill it. */
export function Photos({ me }: { me: Me | undefined }) {
  // The count in `me` comes later than the first photos' own tiles.
  const hasBegun = useStore(begun);
  const isInvited = me?.library.assets === 0 && !hasBegun;

  // Somebody's photos may lie in the store already, and are being read.
  useEffect(() => {
    if (!isInvited) return undefined;
    let pause = LOOK_MS.first;
    const look = (): void => {
      if (!document.hidden) refreshLibrary();
      pause = Math.min(pause * 2, LOOK_MS.most);
      timer = setTimeout(look, pause);
    };
    let timer = setTimeout(look, pause);
    return () => clearTimeout(timer);
  }, [isInvited]);

  if (isInvited) {
    return <FirstRun onFiles={() => pick("files")} onFolder={() => pick("folder")} />;
  }
  return <TimelineScreen assets={me?.library.assets ?? 0} />;
}
