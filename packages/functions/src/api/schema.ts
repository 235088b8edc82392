import { z } from "@hono/zod-openapi";
import { PROBLEMS, type ProblemCode } from "./error.ts";

const Problem = z
  .object({
    type: z.literal("about:blank"),
    title: z.string(),
    status: z.int(),
    code: z.string().openapi({ description: "Stable; programs decide by it.", example: "not_found" }),
    detail: z.string().openapi({ description: "What happened and what to do, for people." }),
    requestId: z.string(),
    field: z.string().optional().openapi({ description: "The field at fault.", example: "files.3.size" }),
  })
  .openapi("Problem");

/** What a list that comes in pages answers with. */
export const PAGE = "A page; `next` is the `after` of the following one";

export const Id = z.uuid().openapi({ example: "019dd7a2-4f20-7000-8000-000000000000" });

/** No control characters, lone surrogates, line ends or marks that turn the text around; joiners are part of names and of emoji. */
const PLAIN = /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]*$/u;

/** The same in several lines. */
const PROSE = /^(?:[\t\n\r]|[^\p{Cc}\p{Cs}\u202A-\u202E\u2066-\u2069])*$/u;

/** A name of one line. */
export const PlainText = (max: number) =>
  z
    .string()
    .trim()
    .min(1, "must not be empty")
    .max(max, `must have at most ${max} characters`)
    .regex(PLAIN, "must not contain control characters");

/** Text of several lines, or none. */
export const ProseText = (max: number) =>
  z.string().max(max, `must have at most ${max} characters`).regex(PROSE, "must not contain control characters");

/** So many bytes. */
export const Bytes = z.int("must be a number of bytes below 9 PB").min(0, "must not be negative");

/** `YYYY-MM-DDTHH:mm:ss`, a day that exists: Postgres would refuse 31 February. */
export const WallClock = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?$/u, "must be a wall clock such as 2026-11-22T14:03:00")
  .refine(exists, "is not a day and time that exists")
  .openapi({ example: "2026-11-22T14:03:00" });

export const MediaKind = z.enum(["photo", "video", "raw", "sidecar", "other"]);
export const AssetState = z.enum(["stored", "ready", "unprocessable"]);
/** What a tile shows, in columns: one entry per photo. */
export const itemColumns = {
  id: z.array(Id),
  kind: z.array(MediaKind),
  state: z.array(AssetState),
  name: z.array(z.string()),
  localAt: z.array(z.string()),
  durationMs: z.array(z.int().nullable()),
  thumbhash: z.array(z.string().nullable()),
  thumb: z.array(z.string().nullable()),
  flags: z.array(z.int()),
};

/** What somebody may be to an album of another's. */
export const Role = z.enum(["viewer", "contributor", "editor"]);
export const UploadState = z.enum(["open", "received", "committed", "failed", "expired"]);

/** A presigned request: send it exactly so, with these headers and no others of the application's. */
export const SignedRequest = z
  .object({ method: z.literal("PUT"), url: z.url(), headers: z.record(z.string(), z.string()) })
  .openapi("SignedRequest");

const problemContent = { "application/problem+json": { schema: Problem } };

type ProblemStatus<C extends ProblemCode> = (typeof PROBLEMS)[C][0];

/** Documents how a route can fail by its own doing; what all routes of its kind can answer is added in `document.ts`. */
export function problems<C extends ProblemCode>(...codes: C[]) {
  const entries = codes.map((code) => {
    const [status, title] = PROBLEMS[code];
    return [status, { description: title, content: problemContent }] as const;
  });
  // Object.fromEntries forgets the keys: they are the statuses of the codes given.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return Object.fromEntries(entries) as Record<ProblemStatus<C>, { description: string; content: typeof problemContent }>;
}

/** An answer of JSON. */
export function json<T extends z.ZodType>(schema: T, description: string) {
  return { description, content: { "application/json": { schema } } };
}

/** A JSON body that must be there. */
export function body<T extends z.ZodType>(schema: T) {
  return { required: true, content: { "application/json": { schema } } };
}

function exists(text: string): boolean {
  const at = new Date(`${text}Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text.slice(0, 19)) && at.getUTCFullYear() > 0;
}
