import { Writable } from "node:stream";
import { WebSocket } from "ws";

/**
 * Runs one function's bundle as AWS Lambda's Node does: it is imported once, and called with one event after the other. Requests to Neon go to its
 * stand-in, at NEON_ORIGIN; NEON_ADDRESS is the Postgres behind it.
 */
const { LAMBDA_MODULE = "", NEON_ORIGIN = "", NEON_ADDRESS = "" } = process.env;

type Call = { id: number; event: unknown; timeoutMs: number };
type Handler = (event: unknown, context: unknown) => Promise<unknown>;
type Streaming = (event: unknown, stream: Writable, context: unknown) => Promise<void>;

const plainFetch = globalThis.fetch;
globalThis.fetch = (input, init) => {
  const { pathname } = new URL(input instanceof Request ? input.url : input);
  if (pathname !== "/sql") return plainFetch(input, init);
  return plainFetch(input instanceof Request ? new Request(NEON_ORIGIN + pathname, input) : NEON_ORIGIN + pathname, init);
};
class NeonSocket extends WebSocket {
  constructor() {
    super(`${NEON_ORIGIN.replace("http", "ws")}/v2?address=${NEON_ADDRESS}`);
  }
}

type Answered = { statusCode: number; headers: Record<string, string>; cookies: string[] };
const heads = new WeakMap<Writable, Answered>();
Object.assign(globalThis, {
  WebSocket: NeonSocket,
  awslambda: {
    streamifyResponse:
      (handle: Streaming): Handler =>
      async (event, context) => {
        const chunks: Buffer[] = [];
        const stream = new Writable({
          write: (chunk: Buffer, _, done) => {
            chunks.push(Buffer.from(chunk));
            done();
          },
        });
        await handle(event, stream, context);
        return { ...heads.get(stream), body: Buffer.concat(chunks).toString("base64") };
      },
    HttpResponseStream: {
      from: (stream: Writable, head: Answered) => {
        heads.set(stream, head);
        return stream;
      },
    },
  },
});

const began = performance.now();
const loaded = import(LAMBDA_MODULE) as Promise<{ handler: Handler }>;
process.on("message", ({ id, event, timeoutMs }: Call) => {
  const until = Date.now() + timeoutMs;
  const context = { getRemainingTimeInMillis: () => until - Date.now() };
  loaded
    .then(({ handler }) => handler(event, context))
    .then(
      (value) => process.send?.({ id, value: value ?? null }),
      (error: unknown) => process.send?.({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
});
await loaded;
process.send?.({ ready: performance.now() - began });
