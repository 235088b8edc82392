import { createStore } from "../../lib/store.ts";

/** What is to be shared: an album, or photos that were picked by hand. */
export type What = { kind: "album"; id: string; title: string } | { kind: "photos"; ids: readonly string[] };

/** What the share dialog is open for, whoever opened it. */
export const sharing = createStore<What | undefined>(undefined);

/** Of which photo a direct link is asked for. */
export const direct = createStore<{ id: string; name: string } | undefined>(undefined);
