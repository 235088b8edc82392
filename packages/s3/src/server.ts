import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { join, resolve } from "node:path";
import { answer, type AnswerSettings } from "./answer.ts";
import type { CorsRule } from "./cors.ts";
import { openDisk } from "./disk/disk.ts";
import { type Dispatch, openDispatch } from "./dispatch.ts";
import { S3Error } from "./error.ts";
import type { EventListener } from "./event.ts";
import { isBucketName } from "./name.ts";
import type { Credential } from "./sigv4.ts";
import type { Webhook } from "./webhook.ts";

export type { CorsRule } from "./cors.ts";
export { LockedError } from "./disk/lock.ts";
export type { ObjectEvent } from "./event.ts";
export type { Credential } from "./sigv4.ts";
export type { Webhook } from "./webhook.ts";

export type ServerOptions = {
  /** Every folder in it whose name is a bucket name is a bucket. Made when missing. */
  dir: string;
  /** The server's own files; on the same file system as `dir`. Default `DIR/.s3`. */
  state?: string;
  credentials: readonly Credential[];
  /** Default `us-east-1`. */
  region?: string;
  /** Rules for buckets that have none of their own. */
  cors?: readonly CorsRule[];
  webhooks?: readonly Webhook[];
  /** How far clients' clocks may be off, in milliseconds; default 15 minutes. */
  maxClockSkew?: number;
  /** Milliseconds without a byte from or to a client after which its connection is closed; default one minute. */
  idleTimeout?: number;
  /** Whether the file system takes names that differ in case only for the same; found out when not given. */
  foldCase?: boolean;
  /** Told what no client is told: causes of internal errors, files that are hidden or cannot be read, webhooks that do not answer. */
  onWarning?: (message: string, cause?: unknown) => void;
  /** Told how a comparison of many files with the index goes, and what it found. */
  onNotice?: (message: string) => void;
};

export type Server = {
  /** Starts to answer; port 0 takes a free one. Rejects with the system's error (`EADDRINUSE`). Default host 127.0.0.1. */
  listen(port: number, host?: string): Promise<void>;
  /** `http://host:port`, after `listen`. */
  readonly url: string;
  /**
   * Events of objects, in order of each key, after they are durable. What changed while the server was stopped is told to the first
   * listener, after `listen`, and no faster than the promises that it gives back resolve. Gives the function that stops them.
   */
  onEvent(listener: EventListener): () => void;
  /** Makes a bucket unless it is there. Throws InvalidBucketName. */
  createBucket(name: string): Promise<void>;
  /** Looks for files that were put, changed or removed by hand. Resolves when all of them are told. */
  rescan(): Promise<void>;
  /** Ends open connections, finishes running changes and writes the index, so that the next start is quick. */
  close: () => Promise<void>;
};

/** Where the server's own files are, unless `state` says otherwise. */
export const STATE_FOLDER = ".s3";

const IDLE_TIMEOUT = 60_000;
const HEADERS_TIMEOUT = 30_000;
/** For so long after `listen` what changed meanwhile waits for a listener. */
const WAIT_FOR_LISTENER = 5000;
const CLOCK_SKEW = 15 * 60_000;

/**
 * An S3 server over a plain directory. Resolves when the index is loaded and compared with the files, none of which is read for it. Throws
 * LockedError when another process serves the same folder.
 */
export async function createServer(options: ServerOptions): Promise<Server> {
  const { credentials, region = "us-east-1", cors = [], webhooks = [], maxClockSkew = CLOCK_SKEW, foldCase } = options;
  const root = resolve(options.dir);
  const state = resolve(options.state ?? join(root, STATE_FOLDER));
  const trouble = (message: string, cause?: unknown): void => options.onWarning?.(message, cause);
  const late: { dispatch?: Dispatch } = {};
  const disk = await openDisk({
    root,
    state,
    trouble,
    notice: (message) => options.onNotice?.(message),
    async onOutside({ kind, bucket, key, entry }) {
      await late.dispatch?.tell(kind === "created" ? "ObjectCreated:Put" : "ObjectRemoved:Delete", bucket, key, entry);
    },
    ...(foldCase === undefined ? {} : { foldCase }),
  });
  const webhookFolder = join(state, "webhook");
  const dispatch = await openDispatch({ webhooks, folder: webhookFolder, settings: disk.settings, region, trouble }).catch(
    async (error: unknown) => {
      await disk.close();
      throw error;
    },
  );
  late.dispatch = dispatch;
  const { emit, listen, close } = dispatch;
  const settings: AnswerSettings = {
    disk,
    signature: { credentials, region, maxClockSkew, now: Date.now },
    cors,
    webhooks: webhooks.map(({ id }) => id),
    emit,
    trouble,
  };

  const running = new Set<Promise<void>>();
  const exchanges = new WeakMap<Socket, { request: IncomingMessage; response: ServerResponse }>();

  /** The client has sent everything and hears nothing yet: it is we who are slow. */
  function isOurTurn(socket: Socket): boolean {
    const exchange = exchanges.get(socket);
    return exchange !== undefined && exchange.request.complete && !exchange.response.headersSent;
  }

  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    exchanges.set(request.socket, { request, response });
    const done = answer(request, response, settings)
      .catch((error: unknown) => {
        trouble("An answer could not be sent.", error);
        response.destroy();
      })
      .finally(() => running.delete(done));
    running.add(done);
  };
  const http = createHttpServer({ requestTimeout: 0, headersTimeout: HEADERS_TIMEOUT, keepAliveTimeout: IDLE_TIMEOUT, noDelay: true });
  http.timeout = options.idleTimeout ?? IDLE_TIMEOUT;
  http.on("timeout", (socket: Socket) => {
    if (isOurTurn(socket)) socket.setTimeout(http.timeout);
    else socket.destroy();
  });
  http.on("request", onRequest);
  http.on("checkContinue", onRequest);

  /** Tells what changed while the server was stopped, once somebody listens. */
  let begin: (() => Promise<void>) | undefined;
  let heard = false;

  async function rescan(): Promise<void> {
    await disk.rescan().catch((error: unknown) => trouble("The folder could not be compared with the index.", error));
  }

  return {
    async listen(port, host = "127.0.0.1") {
      await new Promise<void>((done, failed) => {
        http.once("error", failed);
        http.listen(port, host, () => {
          http.off("error", failed);
          done();
        });
      });
      begin = async (): Promise<void> => {
        clearTimeout(timer);
        begin = undefined;
        await rescan();
      };
      const timer = setTimeout(() => void begin?.(), WAIT_FOR_LISTENER).unref();
      if (heard || webhooks.length > 0) void begin();
    },
    get url() {
      const bound = http.address();
      if (bound === null || typeof bound === "string") throw new Error("The server does not listen yet.");
      return `http://${bound.family === "IPv6" ? `[${bound.address}]` : bound.address}:${bound.port}`;
    },
    onEvent(listener) {
      const stop = listen(listener);
      heard = true;
      void begin?.();
      return stop;
    },
    async createBucket(name) {
      if (!isBucketName(name)) throw new S3Error("InvalidBucketName");
      await disk.addBucket(name);
    },
    rescan,
    async close() {
      if (http.listening) {
        const closed = new Promise((done) => http.close(done));
        http.closeAllConnections();
        await closed;
      }
      await Promise.all(running);
      await close();
      await disk.close();
    },
  };
}
