import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer, type ObjectEvent, type Server, type ServerOptions } from "@tintype/s3";
import { expect } from "vitest";
import { type HttpAnswer, openHttp, requestHead } from "./s3-http.ts";
import { KEYS } from "./s3-process.ts";
import { encodeKey, type Keys, md5, presign, sha256, signHeaders } from "./s3-sign.ts";

export const BUCKET = "photos";

/** The etag of a file that was put there by hand: it stands for its size and time, never its content. */
export const BY_HAND = expect.stringMatching(/^"[0-9a-f]{32}-0"$/u) as string;

/** A request to be signed. Whatever is wrong with it goes over the wire as it is. */
export type Ask = {
  method: string;
  bucket?: string;
  key?: string;
  query?: [string, string][];
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** Default: the sha256 of the body. */
  payload?: string;
  keys?: Keys;
  at?: Date;
  /** Headers that are added after the signing. */
  unsigned?: Record<string, string>;
};

export type Answer = HttpAnswer & { code: string | undefined; text: string };

export type TestServer = {
  dir: string;
  server: Server;
  events: ObjectEvent[];
  warnings: string[];
  ask(request: Ask): Promise<Answer>;
  put(key: string, body: string | Buffer, headers?: Record<string, string>): Promise<Answer>;
  /** The text at a key, or the status of the answer where there is none. */
  read(key: string): Promise<string>;
  /** All keys, as the listing has them. */
  keys(): Promise<string[]>;
  /** Where the file of a key is that is a path as it stands. */
  file(path: string): string;
  /** A URL that is valid for `expires` seconds; `headers` are pinned. */
  presigned(request: Omit<Ask, "body" | "payload" | "unsigned"> & { expires?: number }): string;
  /** Stops the server and starts another one on the same folder. `meanwhile` runs while it is stopped. */
  restart(meanwhile?: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
};

/** A server in this process over a folder of its own, with one bucket, `photos`. */
export async function startServer(options: Partial<ServerOptions> = {}): Promise<TestServer> {
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), "s3-")));
  const events: ObjectEvent[] = [];
  const warnings: string[] = [];

  async function start(): Promise<Server> {
    const onWarning = (message: string): void => void warnings.push(message);
    const server = await createServer({ credentials: [KEYS], onWarning, ...options, dir });
    server.onEvent((event) => events.push(event));
    await server.listen(0);
    return server;
  }

  const test: TestServer = {
    dir,
    events,
    warnings,
    server: await start(),
    async ask(request) {
      const connection = await openHttp(test.server.url);
      try {
        return await send(test.server.url, request, async (head, parts) => connection.request(head, parts));
      } finally {
        connection.close();
      }
    },
    put: async (key, body, headers = {}) => test.ask({ method: "PUT", key, body, headers }),
    async read(key) {
      const answer = await test.ask({ method: "GET", key });
      return answer.status === 200 ? answer.text : String(answer.status);
    },
    async keys() {
      const query: [string, string][] = [
        ["list-type", "2"],
        ["encoding-type", "url"],
      ];
      return texts((await test.ask({ method: "GET", query })).text, "Key").map(decodeURIComponent);
    },
    file: (path) => join(dir, BUCKET, path),
    presigned: ({ expires = 60, headers = {}, query = [], keys = KEYS, method, at, ...rest }) => {
      const host = new URL(test.server.url).host;
      const signed = { method, path: pathOf(rest), query, keys, expires, headers: { host, ...headers }, ...(at ? { at } : {}) };
      return test.server.url + presign(signed);
    },
    async restart(meanwhile) {
      await test.server.close();
      await meanwhile?.();
      test.server = await start();
    },
    async stop() {
      await test.server.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
  await test.server.createBucket(BUCKET);
  return test;
}

/** Waits until `condition` holds. */
export async function until(condition: () => boolean | Promise<boolean>, timeout = 5000): Promise<void> {
  for (const deadline = Date.now() + timeout; !(await condition());) {
    if (Date.now() > deadline) throw new Error("It did not come to be.");
    await new Promise((resolve) => {
      setTimeout(resolve, 10);
    });
  }
}

/** The etag of an object that came in one request. */
export function etagOf(body: string | Buffer): string {
  return `"${md5(body)}"`;
}

/** The text of every element of this name in an XML answer, entities decoded. */
export function texts(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, "gu"))].map(([, text = ""]) =>
    text.replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&"),
  );
}

type Send = (head: string, parts?: readonly Buffer[]) => Promise<HttpAnswer>;

async function send(url: string, request: Ask, over: Send): Promise<Answer> {
  const { method, query = [], keys = KEYS, at } = request;
  const body = Buffer.from(request.body ?? "");
  const given: Record<string, string> = { host: new URL(url).host, ...request.headers };
  if (request.body !== undefined && given["content-length"] === undefined) given["content-length"] = String(body.length);
  const path = pathOf(request);
  const options = { method, path, query, headers: given, payload: request.payload ?? sha256(body), keys, ...(at ? { at } : {}) };
  const { headers } = signHeaders(options);
  const search = query.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join("&");
  const head = requestHead(method, search === "" ? path : `${path}?${search}`, { ...headers, ...request.unsigned });
  const answer = await over(head, request.body === undefined ? [] : [body]);
  const text = answer.body.toString();
  return { ...answer, text, code: /<Error><Code>([^<]*)</u.exec(text)?.[1] };
}

function pathOf({ bucket = BUCKET, key = "" }: Pick<Ask, "bucket" | "key">): string {
  return `/${bucket}${key === "" ? "" : `/${encodeKey(key)}`}`;
}
