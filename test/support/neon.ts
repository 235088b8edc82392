import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { neonConfig } from "@neondatabase/serverless";
import pg from "pg";
import { createWebSocketStream, WebSocket, WebSocketServer } from "ws";

/** A stand-in for Neon's proxy, at `origin`. */
export type Neon = {
  origin: string;
  /** Queries by HTTP and connections by WebSocket so far: each wakes a database that sleeps. */
  asked: () => number;
  /** Of these, those that write down what was counted. */
  counted: () => number;
  /** From now on it hangs up on whoever asks, or does so no longer. */
  setAway: (is: boolean) => void;
  stop: () => Promise<void>;
};

export const NEON_HOST = "ep-test.neon.test";

type Query = { query: string; params: unknown[] };

/**
 * Stands in for Neon's proxy in front of any Postgres, so that `@neondatabase/serverless` runs unchanged against it:
 * a WebSocket is a TCP connection to the database, and `POST /sql` runs one query or, all or nothing, a list of them.
 * Points the driver's global configuration at itself.
 */
export async function startNeon(): Promise<Neon> {
  let [asked, counted] = [0, 0];
  let isAway = false;
  const onQuery = (query: string): void => {
    asked++;
    if (query.startsWith('insert into "usage"')) counted++;
  };
  const server = createServer((request, response) => {
    if (isAway) return void request.destroy();
    return void answer(request, onQuery).then(({ status, body }) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body)),
    );
  });
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", (socket, request) => {
    if (isAway) return socket.terminate();
    asked++;
    const address = new URL(request.url ?? "", "ws://local").searchParams.get("address") ?? "";
    const [host = "", port = ""] = address.split(":");
    const database = connect(Number(port), host);
    const stream = createWebSocketStream(socket);
    passwordless(stream, database);
    database.pipe(stream);
    for (const side of [stream, database]) side.on("error", () => [stream, database].map((each) => each.destroy()));
    return undefined;
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("not listening");
  const host = `127.0.0.1:${address.port}`;
  Object.assign(neonConfig, {
    fetchEndpoint: `http://${host}/sql`,
    wsProxy: `${host}/v2`,
    useSecureWebSocket: false,
    webSocketConstructor: WebSocket,
  });
  return {
    origin: `http://${host}`,
    asked: () => asked,
    counted: () => counted,
    setAway: (is) => void (isAway = is),
    stop: async () => {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The driver makes another name of a host's, which an address has none of: `NEON_HOST` stands for this machine. */
function here(connectionString: string): string {
  return connectionString.replace(NEON_HOST, "127.0.0.1");
}

const PASSWORD = "p".codePointAt(0);

/** Neon's own proxy asks for a password, and the driver sends it unasked behind its first message; this Postgres asks for none, and gets none. */
function passwordless(stream: Duplex, database: Socket): void {
  let held = Buffer.alloc(0);
  const onData = (chunk: Buffer): void => {
    held = Buffer.concat([held, chunk]);
    const start = held.length >= 4 ? held.readUInt32BE(0) : Infinity;
    const end = held.length >= start + 5 ? start + 1 + held.readUInt32BE(start + 1) : Infinity;
    if (held.length < end) return;
    if (held[start] !== PASSWORD) throw new Error("The driver does not begin with its password any more.");
    stream.off("data", onData);
    database.write(Buffer.concat([held.subarray(0, start), held.subarray(end)]));
    stream.pipe(database);
  };
  stream.on("data", onData);
}

async function answer(request: IncomingMessage, onQuery: (query: string) => void): Promise<{ status: number; body: unknown }> {
  const client = new pg.Client({ connectionString: here(String(request.headers["neon-connection-string"])) });
  try {
    const asked = await bodyOf(request);
    onQuery("query" in asked ? asked.query : "");
    await client.connect();
    if ("query" in asked) return { status: 200, body: await run(client, asked) };
    return {
      status: 200,
      body: { results: await all(client, asked.queries, modeOf(request)) },
    };
  } catch (error) {
    const fields = error instanceof Error ? { ...error, message: error.message } : { message: String(error) };
    return { status: 400, body: fields };
  } finally {
    await client.end();
  }
}

async function bodyOf(request: IncomingMessage): Promise<Query | { queries: Query[] }> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString()) as Query | { queries: Query[] };
}

/** How the transaction of a list begins. */
function modeOf({ headers }: IncomingMessage): string {
  const isolation = String(headers["neon-batch-isolation-level"] ?? "").replaceAll(/(?<=[a-z])(?=[A-Z])/gu, " ");
  return `BEGIN${isolation && ` ISOLATION LEVEL ${isolation}`}${headers["neon-batch-read-only"] === "true" ? " READ ONLY" : ""}`;
}

async function all(client: pg.Client, queries: readonly Query[], begin: string): Promise<unknown[]> {
  await client.query(begin);
  const results: unknown[] = [];
  for (const query of queries) results.push(await run(client, query));
  await client.query("COMMIT");
  return results;
}

async function run(client: pg.Client, { query, params }: Query): Promise<unknown> {
  const types = { getTypeParser: () => (text: string) => text };
  const { fields, rows, command, rowCount } = await client.query({ text: query, values: params, rowMode: "array", types });
  return { fields, rows, command, rowCount, rowAsArray: true };
}
