import { and, eq, isNull } from "drizzle-orm";
import { allow, AppError, userOf, type Ctx } from "#kernel";
import type { PresignedRequest } from "#storage";
import { abortParts, getOwned, inState, placeOf, sentParts, URL_SECONDS, type UploadRow } from "./life.ts";
import { partLength, partPlan } from "./rules.ts";
import { upload } from "./upload.sql.ts";

/**
 * Presigned requests for the parts `from` to `to` (from 1, both included) of the actor's multipart upload. The first call starts it at the store.
 * Throws `conflict` when the upload is not open or goes in one PUT, `invalid` for numbers past its last part.
 */
export async function signParts(
  ctx: Ctx,
  id: string,
  { from, to }: { from: number; to: number },
): Promise<{ number: number; request: PresignedRequest }[]> {
  allow(ctx, "upload.write", { ownerId: userOf(ctx) });
  const row = await getOwned(ctx, id);
  const parts = partPlan(row.size);
  if (!parts) throw new AppError("conflict", "This upload goes in one request and has no parts.");
  if (row.state !== "open") throw new AppError("conflict", `This upload is ${row.state} and takes no more parts.`);
  if (from > to || to > parts.partCount) {
    throw new AppError("invalid", `This upload has the parts 1 to ${parts.partCount}.`, { extra: { field: "to" } });
  }
  const sent = await sentParts(ctx, row);
  const multipartId = (sent && row.multipartId) ?? (await start(ctx, row));
  return Promise.all(
    Array.from({ length: to - from + 1 }, async (_, i) => {
      const number = from + i;
      const size = partLength(row.size, parts.partSize, number);
      const request = await ctx.store.sign.part({ key: placeOf(row), id: multipartId, number, size, expiresIn: URL_SECONDS });
      return { number, request };
    }),
  );
}

/**
 * Starts the multipart upload at the store, again when the store has dropped it. Of two calls at once the first to write its id wins,
 * and the other's is aborted.
 */
async function start(ctx: Ctx, row: UploadRow): Promise<string> {
  const { id: multipartId } = await ctx.store.multipart.create(placeOf(row), row.type);
  const won = await ctx.db
    .update(upload)
    .set({ multipartId })
    .where(and(inState(row), row.multipartId === null ? isNull(upload.multipartId) : eq(upload.multipartId, row.multipartId)))
    .returning({ id: upload.id });
  if (won.length > 0) return multipartId;
  await abortParts(ctx, { ...row, multipartId });
  const winner = await getOwned(ctx, row.id);
  if (winner.state !== "open" || winner.multipartId === null) throw new AppError("conflict", "This upload was ended meanwhile.");
  return winner.multipartId;
}
