import { createServer, type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { presign, type Keys } from "./s3-sign.ts";

type Received = { method: string; url: URL; headers: IncomingHttpHeaders; body: Buffer };
type Reply = { status: number; headers: IncomingHttpHeaders; body: Buffer };

/**
 * What stands before a store. `fail` gives the status to answer instead of the store; `ignores` is what it does not care for in signed PUTs, or
 * in copies; `hides` is what it leaves out of its answers.
 */
export type Fault = {
  fail?: (received: Received, count: number) => number | undefined;
  ignores?: "if-none-match" | "x-amz-checksum-sha256" | "content-length" | "x-amz-copy-source-if-match";
  hides?: RegExp;
};

/** How the store refuses what the header pins. */
const REFUSAL = { "if-none-match": 412, "x-amz-checksum-sha256": 400, "content-length": 403, "x-amz-copy-source-if-match": 412 };
/** Headers of a signature that is not in the URL. */
const SIGNATURE = ["authorization", "x-amz-date", "x-amz-content-sha256"];

/** A real HTTP proxy before the store at `target` that makes it a worse one. */
export async function startFaultStore(target: string, keys: Keys, fault: Fault): Promise<{ url: string; stop: () => Promise<void> }> {
  let count = 0;
  const server = createServer((incoming, outgoing) => {
    void reply(incoming).then(({ status, headers, body }) => {
      outgoing.writeHead(status, headers).end(body);
    });
  });

  async function reply(incoming: IncomingMessage): Promise<Reply> {
    const body = Buffer.concat(await incoming.toArray());
    const { method = "", headers } = incoming;
    const received: Received = { method, url: new URL(incoming.url ?? "", target), headers, body };
    const failure = fault.fail?.(received, ++count);
    if (failure !== undefined) return { status: failure, headers: {}, body: Buffer.from("<Error><Code>Planted</Code></Error>") };
    const { ignores, hides } = fault;
    const first = hides ? without(hides, await forward(received)) : await forward(received);
    if (ignores === undefined || first.status !== REFUSAL[ignores] || !isComplete(received)) return first;
    return forward(signedAnew(received, ignores, keys));
  }

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  return { url: `http://127.0.0.1:${port}`, stop };
}

/** By what it leaves out the length changes too. */
function without(hidden: RegExp, { status, headers, body }: Reply): Reply {
  const { "content-length": _, ...rest } = headers;
  return { status, headers: rest, body: Buffer.from(body.toString("latin1").replace(hidden, ""), "latin1") };
}

/** A copy, or a signed PUT that has every header that was signed. */
function isComplete({ method, url, headers }: Received): boolean {
  if (headers["x-amz-copy-source"] !== undefined) return true;
  const names = url.searchParams.get("X-Amz-SignedHeaders")?.split(";");
  return method === "PUT" && names !== undefined && names.every((name) => headers[name] !== undefined);
}

function signedAnew({ method, url, headers, body }: Received, ignored: string, keys: Keys): Received {
  const kept = Object.entries(headers).filter(([name]) => name !== ignored && name !== "content-length" && !SIGNATURE.includes(name));
  // A store takes no `x-amz-` header that is not signed.
  const signed = kept.filter(([name]) => name === "host" || name.startsWith("x-amz-")).map(([name, value]) => [name, String(value)]);
  const path = presign({ method, path: url.pathname, headers: Object.fromEntries(signed), keys, expires: 60 });
  return { method, url: new URL(path, url), headers: { ...Object.fromEntries(kept), "content-length": String(body.length) }, body };
}

async function forward({ method, url, headers, body }: Received): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers }, (answer) => {
      answer.toArray().then((chunks) => {
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) });
      }, reject);
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}
