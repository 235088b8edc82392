import { useEffect, useState } from "react";
import { messageOf } from "../../lib/http.ts";
import type { Detail, Details } from "./detail.ts";

type Known = { id: string; detail?: Detail; error?: string };

/** The detail of an asset once it has come, or why it has not. */
export function useDetail(details: Details, id: string | undefined): Omit<Known, "id"> {
  const [known, setKnown] = useState<Known>();

  useEffect(() => {
    if (id === undefined) return undefined;
    let wanted = true;
    details.get(id).then(
      (detail) => wanted && setKnown({ id, detail }),
      (cause: unknown) => wanted && setKnown({ id, error: messageOf(cause) }),
    );
    return () => {
      wanted = false;
    };
  }, [details, id]);

  return known && known.id === id ? known : {};
}
