import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import * as Ingest from "@tintype/core/ingest";
import { AppError } from "@tintype/core/kernel";
import * as Staging from "@tintype/core/staging";
import type { Context, HonoRequest } from "hono";
import type { Deps, Env } from "./deps.ts";
import { gatherer } from "./gather.ts";
import { problems } from "./schema.ts";
import { showsToken } from "./token.ts";

/** The most bytes of a message that are read; stores send about 1 KB for each change. */
const MOST = 64 * 1024;
/** MinIO repeats what it is refused every 3 s and holds everything behind it: only what may be better later is refused. */
const TAKEN = "Queued, or nothing to be queued: messages that cannot be read, or are larger than 64 KB, are counted and forgotten";

const NOTE_MS = 1_000;

const path = "/hooks/store";
const common = ["not_found", "internal", "database_unavailable"] as const;

const take = createRoute({
  method: "post",
  path,
  summary: "Take a store's message that objects changed",
  description: "Messages of AWS, MinIO, RustFS, Ceph, versitygw and SeaweedFS, also wrapped by SNS, SQS or EventBridge.",
  security: [{ token: [] }],
  responses: { 204: { description: TAKEN }, ...problems("unauthenticated", ...common) },
});

const answers = { 204: { description: "It is" }, ...problems(...common) };
const look = createRoute({ method: "get", path, summary: "Whether a webhook is here", security: [], responses: answers });
const ask = createRoute({ method: "options", path, summary: "Whether a webhook is here", security: [], responses: answers });

/** The store's webhook. It answers 2xx when what a message hints at is durably in the queue; many messages share one commit. */
export const hooks = (deps: Deps) => {
  const enqueue = gatherer<Ingest.Hint>(async (hints) => deps.queue.enqueue(await Staging.jobsOf(deps, hints)));
  const note = paced((what) => {
    deps.hook?.note?.(what).catch((error: unknown) => deps.log.warn("message not noted", { error }));
  });
  return new OpenAPIHono<Env>()
    .openapi(take, async (c) => {
      const { tokenSha256, bucket } = hookOf(deps);
      const log = c.get("log");
      if (!showsToken(c.req.header("authorization"), tokenSha256)) {
        log.warn("message refused", { why: "unauthorised" });
        note("refused");
        throw new AppError("unauthenticated", "Send the webhook's token: Authorization: Bearer <token>.");
      }
      const text = await textOf(c.req);
      const hints = text === undefined ? undefined : hintsIn(text, bucket);
      if (hints === undefined) log.warn("message refused", { why: text === undefined ? "too large" : "junk" });
      if (hints && hints.length > 0) await enqueue(hints);
      if (hints) log.debug("hints queued", { hints: hints.length });
      note("seen");
      return c.body(null, 204);
    })
    .openapi(look, (c) => here(deps, c))
    .openapi(ask, (c) => here(deps, c));
};

type Note = "seen" | "refused";

/** At once, and then once a second at most, the last one never left out: a flood of messages is not one of writes. */
function paced(note: (what: Note) => void): (what: Note) => void {
  const again = new Map<Note, boolean>();
  const tell = (what: Note): void => {
    if (again.has(what)) return void again.set(what, true);
    again.set(what, false);
    note(what);
    setTimeout(() => {
      const missed = again.get(what);
      again.delete(what);
      if (missed) tell(what);
    }, NOTE_MS);
  };
  return tell;
}

function here(deps: Deps, c: Context<Env>) {
  hookOf(deps);
  c.header("allow", "GET, HEAD, OPTIONS, POST");
  return c.body(null, 204);
}

function hookOf({ hook }: Deps): NonNullable<Deps["hook"]> {
  if (!hook) throw new AppError("not_found", "There is no webhook here.");
  return hook;
}

/** Undefined when it is no message of a store. */
function hintsIn(text: string, bucket: string): Ingest.Hint[] | undefined {
  try {
    return Ingest.hints(JSON.parse(text), bucket);
  } catch {
    return undefined;
  }
}

/** The body as text; undefined when it is larger than is read. */
async function textOf(request: HonoRequest): Promise<string | undefined> {
  const told = Number(request.header("content-length"));
  if (told > MOST) return undefined;
  // What stores send has a length; a stream costs several times as much.
  if (told > 0) return request.text();
  const body: ReadableStream<Uint8Array> | null = request.raw.body;
  if (!body) return "";
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    size += next.value.byteLength;
    if (size > MOST) {
      await reader.cancel();
      return undefined;
    }
    text += decoder.decode(next.value, { stream: true });
  }
  return text + decoder.decode();
}
