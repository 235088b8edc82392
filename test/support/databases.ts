import { openPglite, type OpenDatabase } from "../../packages/functions/src/adapters/db-pglite.ts";

/** A Database adapter under contract, freshly migrated by `open`. */
export type Adapter = { name: string; open: () => Promise<OpenDatabase> };

/** Every adapter of the Database port that can run here. */
export const DATABASES: readonly Adapter[] = [{ name: "PGlite", open: () => openPglite() }];
