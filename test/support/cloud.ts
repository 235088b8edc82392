import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { FRONT_HEADER } from "../../packages/functions/src/api/front-token.ts";
import { createLambda, type Lambda, type LambdaName } from "./lambda.ts";
import { NEON_HOST, startNeon } from "./neon.ts";
import { freePort, startPostgres } from "./postgres.ts";
import { KEYS } from "./s3-process.ts";
import { BUCKET, startServer, type TestServer } from "./s3-server.ts";
import { arnOf, hasSqs, type Sqs, startSqs } from "./sqs.ts";
import { startWorker, type Worker } from "./worker.ts";

export { hasSqs };

/** The cloud shape, all of it real up to the provider: the deployed bundles, S3, SQS's protocol, Postgres through Neon's driver. */
export type Cloud = {
  /** Where people go: to the router or the Worker, in front of the function URL. */
  url: string;
  /** Where the function URL is, and what must be shown to it. */
  originUrl: string;
  front: Record<string, string>;
  worker: Worker | undefined;
  functions: Readonly<Record<LambdaName, Lambda>>;
  /** The queue in which the Worker leaves word that it has looked. */
  looks: string;
  /** Another instance of a function, in a process of its own. */
  another: (name: LambdaName) => Lambda;
  queues: { ingest: string; ingestDead: string; wake: string };
  sqs: Sqs;
  store: TestServer;
  /** Of the database itself, beside Neon. */
  databaseUrl: string;
  /** Asks it there. */
  query: <T>(text: string, values: unknown[]) => Promise<T[]>;
  /** Why the file at a key is not shown; null when it is. */
  reasonOf: (key: string) => Promise<string | null>;
  /** How often somebody has asked the database. */
  wakeUps: () => number;
  /** Of these, those to write down what was counted. */
  counted: () => number;
  /** Messages of the store go to the queue from now on, or are lost. */
  tellsEvents: (does: boolean) => void;
  /** Delivers what waits in a queue to its function, as the event source does, until nothing waits; gives how many deliveries there were. */
  deliver: (queue: "ingest" | "wake") => Promise<number>;
  /** Both queues, until nothing is on its way any more; what is held back is left. */
  settle: () => Promise<void>;
  /** Nobody reaches the database from now on, or they do again. */
  databaseIsAway: (is: boolean) => void;
  /** From now on nobody answers where the function URL is. */
  stopOrigin: () => Promise<void>;
  stop: () => Promise<void>;
};

/** What R2 calls what our server tells of. */
const R2_ACTIONS: Readonly<Record<string, string>> = {
  "ObjectCreated:Put": "PutObject",
  "ObjectCreated:Copy": "CopyObject",
  "ObjectCreated:CompleteMultipartUpload": "CompleteMultipartUpload",
  "ObjectRemoved:Delete": "DeleteObject",
};

/** Who asks the function URL. */
const CALLER = "203.0.113.7";
/** A store's event is on its way for less. */
const QUIET_MS = 250;

/**
 * Starts it on a database that `migrate` has made; undefined where Postgres is not installed. `edge: "cloudflare"`: with the Worker, and a store that
 * tells of objects as R2 does.
 */
export async function startCloud(edge: "aws" | "cloudflare" = "aws"): Promise<Cloud | undefined> {
  const postgres = await startPostgres();
  if (!postgres) return undefined;
  const neon = await startNeon();
  const sqs = await startSqs();
  const store = await startServer();
  const looks = await sqs.create("looks");
  const queues = {
    ingestDead: await sqs.create("ingest-dead"),
    // As infra/queue.ts has it.
    ingest: await sqs.create("ingest", {
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arnOf("ingest-dead"), maxReceiveCount: 6 }),
    }),
    wake: await sqs.create("wake"),
  };
  const front = { [FRONT_HEADER]: "what was made with the deployment" };
  const [functionUrl, router] = [await listen(), await listen()];
  const originUrl = urlOf(functionUrl);
  const port = edge === "cloudflare" ? await freePort() : undefined;
  const url = port === undefined ? urlOf(router) : `http://127.0.0.1:${port}`;
  const neonAddress = new URL(postgres.url).host;
  const env = {
    DATABASE_URL: postgres.url.replace("127.0.0.1", NEON_HOST),
    PUBLIC_URL: url,
    S3_ENDPOINT: store.server.url,
    S3_REGION: "us-east-1",
    S3_BUCKET: BUCKET,
    S3_ACCESS_KEY_ID: KEYS.accessKeyId,
    S3_SECRET_ACCESS_KEY: KEYS.secretAccessKey,
    AWS_QUEUE_REGION: "eu-central-1",
    WAKE_QUEUE_URL: queues.wake,
    INGEST_QUEUE_URL: queues.ingest,
    FRONT_TOKEN: front[FRONT_HEADER] ?? "",
    NEON_ORIGIN: neon.origin,
    NEON_ADDRESS: neonAddress,
  };
  const functions = {
    api: createLambda("api", env),
    cron: createLambda("cron", env),
    ingest: createLambda("ingest", env),
    migrate: createLambda("migrate", env),
    work: createLambda("work", env),
  };
  const others: Lambda[] = [];
  const answerAt = (server: Server, shown: Record<string, string>): void => {
    server.on("request", (request: IncomingMessage, response) => {
      // As CloudFront does, which puts who asks it behind whom they name.
      if (server === router) request.headers["x-forwarded-for"] = hopsOf(request, request.socket.remoteAddress ?? "");
      Object.assign(request.headers, shown);
      void eventOf(request)
        .then((event) =>
          functions.api.stream(event, {
            head: ({ statusCode, headers, cookies }) =>
              void response.writeHead(statusCode, { ...headers, ...(cookies.length > 0 && { "set-cookie": cookies }) }),
            piece: (bytes) => hand(bytes, response),
          }),
        )
        .then(() => response.end())
        .catch((error: unknown) => (response.headersSent ? response.destroy() : response.writeHead(502).end(String(error))));
    });
  };
  answerAt(functionUrl, {});
  answerAt(router, front);
  const atEdge = { env: { ...env, ORIGIN_URL: originUrl, LOOKS_QUEUE_URL: looks }, neon: { origin: neon.origin, address: neonAddress } };
  const worker = port === undefined ? undefined : await startWorker({ port, ...atEdge });
  let tells = true;
  store.server.onEvent(({ name, bucket, key, size, etag: eTag, at: eventTime, sequencer }) => {
    if (!tells) return;
    if (worker) {
      const action = R2_ACTIONS[name] ?? name;
      void worker.queue({ account: "0", action, bucket, object: { key, size, eTag }, eventTime });
      return;
    }
    const object = { key: encodeURIComponent(key).replaceAll("%20", "+"), size, eTag, sequencer };
    const record = { eventName: name.replace(/^s3:/u, ""), eventTime, s3: { bucket: { name: bucket }, object } };
    void sqs.send(queues.ingest, JSON.stringify({ Records: [record] }));
  });
  const query: Cloud["query"] = async <T>(text: string, values: unknown[]) => {
    const client = new pg.Client({ connectionString: postgres.url });
    await client.connect();
    try {
      return (await client.query(text, values)).rows as T[];
    } finally {
      await client.end();
    }
  };
  const deliver: Cloud["deliver"] = async (queue) => {
    let deliveries = 0;
    for (;;) {
      const records = await sqs.receive(queues[queue]);
      if (records.length === 0) return deliveries;
      deliveries++;
      await deliverOnce(sqs, queues[queue], records, functions[queue === "ingest" ? "ingest" : "work"]);
    }
  };
  return {
    url,
    originUrl,
    front,
    worker,
    functions,
    another: (name) => {
      const twin = createLambda(name, env);
      others.push(twin);
      return twin;
    },
    queues,
    looks,
    sqs,
    store,
    databaseUrl: postgres.url,
    query,
    reasonOf: async (key) => (await query<{ reason: string | null }>("select reason from asset where key = $1", [key]))[0]?.reason ?? null,
    wakeUps: neon.asked,
    counted: neon.counted,
    tellsEvents: (does) => (tells = does),
    deliver,
    settle: async () => {
      let quiet = 0;
      for (const end = Date.now() + 30_000; Date.now() < end; await sleep(QUIET_MS)) {
        const delivered = (await deliver("ingest")) + (await deliver("wake"));
        const left = await Promise.all([queues.ingest, queues.wake].map((queue) => sqs.count(queue)));
        quiet = delivered === 0 && left.every(({ waiting, underWay }) => waiting + underWay === 0) ? quiet + 1 : 0;
        if (quiet === 2) return;
      }
      throw new Error("The queues do not come to rest.");
    },
    databaseIsAway: neon.setAway,
    stopOrigin: async () => {
      functionUrl.close();
      functionUrl.closeAllConnections();
      await once(functionUrl, "close");
    },
    stop: async () => {
      await worker?.stop();
      for (const lambda of [...Object.values(functions), ...others]) lambda.kill();
      for (const server of [functionUrl, router]) {
        server.closeAllConnections();
        server.close();
      }
      await store.stop();
      await sqs.stop();
      await neon.stop();
      await postgres.stop();
    },
  };
}

/** One delivery: what the function has dealt with is removed, and comes again else; all of it when the function fails. */
async function deliverOnce(sqs: Sqs, queue: string, records: Awaited<ReturnType<Sqs["receive"]>>, lambda: Lambda): Promise<void> {
  const all = { batchItemFailures: records.map(({ messageId: itemIdentifier }) => ({ itemIdentifier })) };
  const answer = await lambda.call<typeof all | null>({ Records: records }).catch(() => all);
  const failed = new Set(answer?.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  for (const { messageId, receiptHandle } of records) {
    await (failed.has(messageId) ? sqs.giveBack(queue, receiptHandle) : sqs.remove(queue, receiptHandle));
  }
}

/** A request as a function URL hands it in (payload format 2.0). */
async function eventOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { pathname, search, host } = new URL(request.url ?? "/", `http://${request.headers.host}`);
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  const { cookie, ...rest } = headers;
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: pathname,
    rawQueryString: search.slice(1),
    headers: { ...rest, "x-forwarded-for": hopsOf(request, CALLER), "x-forwarded-proto": "https" },
    ...(cookie !== undefined && { cookies: cookie.split("; ") }),
    requestContext: { domainName: host, http: { method: request.method, path: pathname, protocol: "HTTP/1.1", sourceIp: CALLER } },
    ...(chunks.length > 0 && { body: Buffer.concat(chunks).toString("base64") }),
    isBase64Encoded: chunks.length > 0,
  };
}

/** Until it is on its way. Of who has gone the function hears nothing. */
function hand(bytes: Buffer, response: ServerResponse): Promise<void> {
  return new Promise((resolve) => response.write(bytes, () => resolve()));
}

/** Those whom the request names, and behind them who really asks. */
function hopsOf({ headers }: IncomingMessage, asks: string): string {
  return [headers["x-forwarded-for"] ?? [], asks].flat().join(", ");
}

async function listen(): Promise<Server> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

function urlOf(server: Server): string {
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
}
