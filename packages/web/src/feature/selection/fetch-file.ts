import { Problem } from "../../lib/http.ts";
import { createWait } from "./wait.ts";

/**
 * Waits between tries, milliseconds: more than three minutes in all, in which a store that is started anew is back, and so is who goes through a
 * tunnel. It can be stopped before.
 */
const WAITS_MS = [500, 1_000, 2_000, 4_000, 8_000, ...Array.from({ length: 12 }, () => 15_000)];
const LOST = "The connection to the storage was lost and did not come back. What was downloaded so far is not complete. Try again.";

/** Asks for another URL of a file, whose own has expired; undefined where it is not to be had any more. */
export type Anew = (id: string) => Promise<string | undefined>;
export type Way = { anew: Anew; signal: AbortSignal };

type File = { id: string; url: string; size: number | null };
type Ask = (from: number) => Promise<Response>;

/** Never what the browser keeps: that may have come without an origin, and then no page may read it. */
const FRESH = { cache: "no-store" } as const;

/** Asks the store for a file from a byte on; with another URL, also from then on, when its own is too old. */
function createAsk({ id, url }: File, { anew, signal }: Way): Ask {
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

/** Bytes that a file is read whole up to, before its turn: many small ones come side by side. */
const SMALL = 16_000_000;

/** What the store answered for a file, and its bytes where it has them: in memory, or as they come. */
export type Fetched = {
  status: number;
  /** Undefined where the store does not tell. */
  size: number | undefined;
  input: ReadableStream<Uint8Array<ArrayBuffer>> | readonly Uint8Array<ArrayBuffer>[] | undefined;
};

/**
 * Asks the store for a file: a small one is read in whole, a larger one is a stream that goes on where it was when its connection is lost.
 * Throws `Problem` when the store stays away.
 */
export async function fetchFile(file: File, way: Way): Promise<Fetched> {
  const ask = createAsk(file, way);
  const { signal } = way;
  return steadily(async () => {
    const answer = await ask(0);
    const told = answer.headers.get("content-length");
    const fetched = { status: answer.status, size: told === null ? undefined : Number(told), input: undefined };
    if (!answer.ok || !answer.body) {
      await answer.body?.cancel();
      return fetched;
    }
    const isSmall = (fetched.size ?? file.size ?? Infinity) <= SMALL;
    return { ...fetched, input: isSmall ? await readAll(answer.body) : resumed(answer.body, createRest(answer, ask, signal), signal) };
  }, signal);
}

/** The pieces as they come: put together they would be copied once more, which costs as much as to get them. */
async function readAll(body: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<Uint8Array<ArrayBuffer>[]> {
  const reader = body.getReader();
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return pieces;
    pieces.push(value);
  }
}

/** The rest of what was answered first, of the very same bytes. */
function createRest(first: Response, ask: Ask, signal: AbortSignal): (from: number) => Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  const etag = first.headers.get("etag");
  return async (from) => {
    const answer = await steadily(() => ask(from), signal);
    const isSame = answer.headers.get("etag") === etag;
    if (answer.body && isSame && answer.status === (from > 0 ? 206 : 200)) return answer.body;
    await answer.body?.cancel();
    throw lost(answer.status);
  };
}

/** Asks until there is an answer that is not the other side's own trouble, with longer and longer waits. */
export async function steadily<T extends object>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const waiting = createWait();
  try {
    for (let tries = 0; ; tries++) {
      const wait = WAITS_MS[tries];
      try {
        const answer = await ask();
        if (wait === undefined || !isFailure(answer)) return answer;
        if (answer instanceof Response) await answer.body?.cancel();
      } catch (error) {
        signal.throwIfAborted();
        if (wait === undefined || !isPassing(error)) throw error instanceof TypeError ? lost(error) : error;
      }
      waiting.begin();
      await pause(wait, signal);
    }
  } finally {
    waiting.end();
  }
}

function isFailure(answer: object): boolean {
  return "status" in answer && typeof answer.status === "number" && answer.status >= 500;
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
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  rest: (from: number) => Promise<ReadableStream<Uint8Array<ArrayBuffer>>>,
  signal: AbortSignal,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let reader = body.getReader();
  let at = 0;
  let idle = 0;
  const waiting = createWait();

  async function pieceOrEnd(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    for (;;) {
      try {
        const { done, value } = await reader.read();
        idle = 0;
        return done ? undefined : value;
      } catch (cause) {
        signal.throwIfAborted();
        idle++;
        const wait = WAITS_MS[idle - 1];
        if (wait === undefined) throw lost(cause);
        waiting.begin();
        await pause(wait, signal);
        reader = (await rest(at)).getReader();
      }
    }
  }

  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      try {
        const piece = await pieceOrEnd();
        if (!piece) return controller.close();
        at += piece.byteLength;
        controller.enqueue(piece);
      } finally {
        waiting.end();
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
