import { albumItem } from "@tintype/core/album/table";
import { AppError, type Database } from "@tintype/core/kernel";
import { eq } from "drizzle-orm";

/** The photos of an album, as it is ordered by hand. */
export async function idsIn(db: Database, albumId: string): Promise<string[]> {
  const rows = await db.select({ id: albumItem.assetId }).from(albumItem).where(eq(albumItem.albumId, albumId)).orderBy(albumItem.position);
  return rows.map(({ id }) => id);
}

/** "done", or the code with which it was refused. */
export function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "done",
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );
}

/** A selection of photos by their ids. */
export const picked = (...ids: string[]) => ({ ids, ranges: [] });
