import { z } from "@hono/zod-openapi";
import { Id, SignedRequest, WallClock } from "./schema.ts";

const DAY_MINUTES = 24 * 60;

/** A file that a client wants to send. */
export const NewFile = z
  .object({
    name: z.string(),
    size: z.int("must be a whole number of bytes").min(0, "must not be negative"),
    type: z.string(),
    sha256: z.string().regex(/^[0-9a-f]{64}$/u, "must be 64 lower-case hex digits"),
    modifiedAt: WallClock,
    modifiedOffset: z.int().min(-DAY_MINUTES).max(DAY_MINUTES).optional().openapi({ description: "Minutes east of UTC" }),
    takenAt: WallClock.optional().openapi({ description: "From a local look at the file; only chooses its folder" }),
  })
  .openapi("NewFile");

const expiring = { uploadId: Id, expiresAt: z.iso.datetime() };
/** What to do with it. */
export const Planned = z
  .discriminatedUnion("status", [
    z.object({ status: z.literal("have"), assetId: Id }),
    z.object({ status: z.literal("received"), ...expiring }).openapi({ description: "All of it is at the store; ingest is verifying it" }),
    z.object({ status: z.literal("put"), request: SignedRequest, ...expiring }),
    z.object({ status: z.literal("multipart"), partSize: z.int(), partCount: z.int(), ...expiring }),
    z.object({
      status: z.literal("refused"),
      code: z.string(),
      detail: z.string(),
      left: z.int().optional().openapi({ description: "Over the quota: how many bytes there is room for" }),
    }),
  ])
  .openapi("Planned");
