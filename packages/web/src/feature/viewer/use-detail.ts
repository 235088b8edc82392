import { useEffect, useState } from "react";
import { messageOf } from "../../lib/http.ts";
import type { Detail, Details } from "./detail.ts";

type Known = { id: string; version: number; detail?: Detail; error?: string };

/** The detail of an asset once it has come, or why it has not. With another `version` it is asked for anew. */
export function useDetail(details: Details, id: string | undefined, version = 0): Pick<Known, "detail" | "error"> {
  const [known, setKnown] = useState<Known>();

  useEffect(() => {
    if (id === undefined) return undefined;
    let wanted = true;
    details.get(id).then(
      (detail) => wanted && setKnown({ id, version, detail }),
      (cause: unknown) => wanted && setKnown({ id, version, error: messageOf(cause) }),
    );
    return () => {
      wanted = false;
    };
  }, [details, id, version]);

  return known && known.id === id ? known : {};
}
