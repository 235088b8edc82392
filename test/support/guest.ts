import { asset } from "@tintype/core/asset/table";
import * as Guest from "@tintype/core/guest";
import type { Ctx } from "@tintype/core/kernel";
import type { addPerson } from "./person.ts";
import { drain } from "./ingest.ts";
import { addAlbum, addLink, holding } from "./share.ts";
import { fileOf, send } from "./upload.ts";

/** An album of a person's, and somebody who may send photos to it. */
export type GuestWorld = { guest: Ctx; albumId: string; linkId: string };

export async function guestOf(
  system: Ctx,
  { id, ctx }: Pick<Awaited<ReturnType<typeof addPerson>>, "id" | "ctx">,
  options: Parameters<typeof addLink>[2] = {},
): Promise<GuestWorld> {
  const albumId = await addAlbum(system, id);
  const link = await addLink(ctx, albumId, { allowUpload: true, ...options });
  return { guest: await holding(system, link.token), albumId, linkId: link.id };
}

let count = 0;

/** A GIF by its first bytes, and no other's. */
export const picture = (): string => `GIF89a ${++count} of ${Math.random()}`;

export const gifOf = (content: string, name = "IMG_1.GIF") => fileOf(content, { name, type: "image/gif" });

/** Sends a file as a guest's browser does; gives its upload and the request that sent it. */
export async function sendOne(guest: Ctx, content: string, { name = "IMG_1.GIF", isComplete = true, guestName = "Uncle Bob" } = {}) {
  const [planned] = await Guest.plan(guest, [gifOf(content, name)], guestName);
  if (planned?.status !== "put") throw new Error(`is ${planned?.status}`);
  const { status } = await send(planned, content);
  if (status !== 200) throw new Error(`answered ${status}`);
  if (isComplete) await Guest.complete(guest, planned.uploadId);
  return planned;
}

/** Sends photos as a guest's browser does, one by one, until each is safe. */
export async function bring(system: Ctx, guest: Ctx, contents: readonly string[]): Promise<void> {
  for (const content of contents) {
    const { uploadId } = await sendOne(guest, content);
    await drain(system);
    const [state] = await Guest.sent(guest, [uploadId]);
    if (state?.safe !== true) throw new Error(`is ${state?.state}`);
  }
}

/** All assets, oldest first. */
export const assetsOf = ({ db }: Ctx) => db.select().from(asset).orderBy(asset.createdAt, asset.id);
