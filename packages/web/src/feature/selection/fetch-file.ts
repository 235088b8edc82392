import { Problem } from "../../lib/http.ts";

/** Waits between tries, milliseconds: half a minute in all, in which a store that is started anew is back. */
const WAITS_MS = [500, 1_000, 2_000, 4_000, 8_000, 16_000];
const LOST = "The connection to the storage was lost and did not come back. What was downloaded so far is not complete. Try again.";

/** Asks for another URL of a file, whose own has expired; undefined where it is not to be had any more. */
export type Anew = (id: string) => Promise<string | undefined>;
export type Way = { anew: Anew; signal: AbortSignal };

type File = { id: string; url: string };

/** Never what the browser keeps: that may have come without an origin, and then no page may read it. */
const FRESH = { cache: "no-store" } as const;

/** Asks the store for a file from a byte on; with another URL, also from then on, when its own is too old. */
function createAsk({ id, url }: File, { anew, signal }: Way): (from: number) => Promise<Response> {
  let address = url;
  return async (from) => {
    const init = { ...FRESH, signal, ...(from > 0 && { headers: { range: `bytes=${from}-` } }) };
    const answer = await fetch(address, init);
    if (answer.status !== 403) return answer;
    await answer.body?.cancel();
    const fresh = await anew(id);
    if (fresh === undefined) return new Response(null, { status: 404 });
    address = fresh;
    return fetch(address, init);
  };
}

/** What the store answers for a small file, and all of it where it has it. Throws `Problem` when the store stays away. */
export async function fetchWhole(file: File, way: Way): Promise<{ answer: Response; whole: Uint8Array<ArrayBuffer> | undefined }> {
  const ask = createAsk(file, way);
  let whole: Uint8Array<ArrayBuffer> | undefined;
  const answer = await steadily(async () => {
    const asked = await ask(0);
    if (asked.ok) whole = new Uint8Array(await asked.arrayBuffer());
    return asked;
  }, way.signal);
  return { answer, whole };
}

/**
 * What the store answers for a file, with a stream that goes on where it was when its connection is lost. Throws `Problem` when the store
 * stays away.
 */
export async function fetchFile(file: File, way: Way): Promise<Response> {
  const ask = createAsk(file, way);
  const { signal } = way;
  const first = await steadily(() => ask(0), signal);
  if (!first.ok || !first.body) return first;
  const etag = first.headers.get("etag");

  /** The rest of it, of the very same bytes. */
  const rest = async (from: number): Promise<ReadableStream<Uint8Array>> => {
    const answer = await steadily(() => ask(from), signal);
    const isSame = answer.headers.get("etag") === etag;
    if (answer.body && isSame && answer.status === (from > 0 ? 206 : 200)) return answer.body;
    await answer.body?.cancel();
    throw lost(answer.status);
  };
  return new Response(resumed(first.body, rest, signal), { status: first.status, headers: first.headers });
}

/** Asks until there is an answer that is not the other side's own trouble, with longer and longer waits. */
export async function steadily<T extends object>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let tries = 0; ; tries++) {
    const wait = WAITS_MS[tries];
    try {
      const answer = await ask();
      if (wait === undefined || !(answer instanceof Response) || answer.status < 500) return answer;
      await answer.body?.cancel();
    } catch (error) {
      signal.throwIfAborted();
      if (wait === undefined || !isPassing(error)) throw error instanceof TypeError ? lost(error) : error;
    }
    await pause(wait, signal);
  }
}

function lost(cause: unknown): Problem {
  return new Problem(0, "unreachable", LOST, { cause });
}

/** What may be otherwise in a moment: the network, or a server that is being started. */
function isPassing(error: unknown): boolean {
  return error instanceof Problem ? error.status === 0 || error.status >= 500 : error instanceof TypeError;
}

/** A stream that goes on with `rest` where it breaks off; each time that comes with something, there is another. */
function resumed(
  body: ReadableStream<Uint8Array>,
  rest: (from: number) => Promise<ReadableStream<Uint8Array>>,
  signal: AbortSignal,
): ReadableStream<Uint8Array> {
  let reader = body.getReader();
  let at = 0;
  let idle = 0;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      for (;;) {
        try {
          const { done, value } = await reader.read();
          if (done) return controller.close();
          at += value.byteLength;
          idle = 0;
          return controller.enqueue(value);
        } catch (cause) {
          signal.throwIfAborted();
          idle++;
          const wait = WAITS_MS[idle - 1];
          if (wait === undefined) throw lost(cause);
          await pause(wait, signal);
          reader = (await rest(at)).getReader();
        }
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

/** Waits; throws when `signal` has ended it. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end);
  });
  signal.throwIfAborted();
}
