import { Writable } from "node:stream";
import { finished } from "node:stream/promises";
import { WebSocket } from "ws";

/**
 * Runs one function's bundle as AWS Lambda's Node does: it is imported once, and called with one event after the other. What a function streams is
 * handed on piece by piece, the next one when that was taken. Requests to Neon go to its stand-in, at NEON_ORIGIN; NEON_ADDRESS is the Postgres
 * behind it.
 */
const { LAMBDA_MODULE = "", NEON_ORIGIN = "", NEON_ADDRESS = "" } = process.env;

type Call = { id: number; event: unknown; timeoutMs: number };
type Context = { awsRequestId: string; getRemainingTimeInMillis: () => number };
type Handler = (event: unknown, context: Context) => Promise<unknown>;
type Streaming = (event: unknown, stream: Writable, context: Context) => Promise<void>;

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
const calls = new WeakMap<Writable, number>();
let goOn = (): void => undefined;
Object.assign(globalThis, {
  WebSocket: NeonSocket,
  awslambda: {
    streamifyResponse:
      (handle: Streaming): Handler =>
      async (event, context) => {
        const id = Number(context.awsRequestId);
        const stream = new Writable({
          write: (chunk: Buffer, _, done) => {
            goOn = () => done();
            process.send?.({ id, chunk: Buffer.from(chunk).toString("base64") });
          },
        });
        calls.set(stream, id);
        await handle(event, stream, context);
        await finished(stream);
        return null;
      },
    HttpResponseStream: {
      from: (stream: Writable, head: Answered) => {
        process.send?.({ id: calls.get(stream), head });
        return stream;
      },
    },
  },
});

const began = performance.now();
const loaded = import(LAMBDA_MODULE) as Promise<{ handler: Handler }>;
process.on("message", (message: Call | { taken: true }) => {
  if ("taken" in message) return goOn();
  const { id, event, timeoutMs } = message;
  const until = Date.now() + timeoutMs;
  const context = { awsRequestId: String(id), getRemainingTimeInMillis: () => until - Date.now() };
  return void loaded
    .then(({ handler }) => handler(event, context))
    .then(
      (value) => process.send?.({ id, value: value ?? null }),
      (error: unknown) => process.send?.({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
});
await loaded;
process.send?.({ ready: performance.now() - began });
