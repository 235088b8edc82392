import { mdiShareVariant } from "@mdi/js";
import { useState } from "react";
import type { Grid } from "../../grid/grid.ts";
import { messageOf } from "../../lib/http.ts";
import { IconButton } from "../../ui/button.tsx";
import { toast } from "../../ui/toast.tsx";
import { sharing } from "./share.ts";

/** Shares the selected photos by a link. */
export function ShareAction({ grid }: { grid: Grid }) {
  const [busy, setBusy] = useState(false);
  const share = async () => {
    setBusy(true);
    try {
      sharing.set({ kind: "photos", ids: await selectedIds(grid) });
    } catch (error) {
      toast(messageOf(error));
    }
    setBusy(false);
  };
  return <IconButton icon={mdiShareVariant} label="Share" disabled={busy} onClick={() => void share()} />;
}

/** Ids of everything of one's own that is selected, loaded where they are not known. */
async function selectedIds({ selection, items }: Grid): Promise<string[]> {
  const { signal } = new AbortController();
  const { runs, ids } = selection.runs();
  const found = [...ids];
  for (const { month, from, to } of runs) {
    for (const item of await items.load(month, from, to, signal)) if (!item.foreign) found.push(item.id);
  }
  return found;
}
