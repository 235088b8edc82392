import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * What goes wrong with one request. `answer`: this comes instead of the server's answer, after the server has done it when `after`. `short`: the
 * answer has only this share of its bytes, and says that they are all. `reset`: the connection breaks after this share of the answer.
 * `reset-body`: it breaks after this share of what is sent. `short-body`: the server is sent this share of it, as if that were all.
 */
export type HttpFault =
  | { kind: "answer"; status: number; body?: string; after?: boolean }
  | { kind: "short"; share: number }
  | { kind: "reset"; share: number }
  | { kind: "reset-body" | "short-body"; share: number };

export type Asked = { method: string; url: URL };

/** A real HTTP proxy that does what toxiproxy cannot, as it knows only bytes. */
export type FaultyHttp = {
  url: string;
  /** From now on; undefined lets all through. */
  spoil(rule: ((asked: Asked) => HttpFault | undefined) | undefined): void;
  /** How many requests were spoilt since the last `spoil`. */
  spoilt(): number;
  stop(): Promise<void>;
};

/** Starts one in front of the server at `target`; the Host header goes through as it came, so signatures hold. */
export async function startFaultyHttp(target: string): Promise<FaultyHttp> {
  let rule: ((asked: Asked) => HttpFault | undefined) | undefined;
  let count = 0;
  const server = createServer((incoming, outgoing) => {
    const url = new URL(incoming.url ?? "/", target);
    const fault = rule?.({ method: incoming.method ?? "", url });
    if (fault) count++;
    pass(incoming, outgoing, url, fault);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    spoil: (next) => {
      rule = next;
      count = 0;
    },
    spoilt: () => count,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function pass(incoming: IncomingMessage, outgoing: ServerResponse, url: URL, fault: HttpFault | undefined): void {
  outgoing.on("error", () => undefined);
  if (fault?.kind === "answer" && fault.after !== true) {
    incoming.resume();
    incoming.once("end", () => outgoing.writeHead(fault.status).end(fault.body));
    return;
  }
  const share = fault?.kind === "reset-body" || fault?.kind === "short-body" ? fault.share : 1;
  const most = Math.floor(Number(incoming.headers["content-length"] ?? 0) * share);
  const headers = fault?.kind === "short-body" ? { ...incoming.headers, "content-length": String(most) } : incoming.headers;
  const upstream = request(url, { method: incoming.method, headers }, (answer) => {
    const size = Number(answer.headers["content-length"] ?? 0);
    if (fault?.kind === "answer") {
      answer.resume();
      answer.once("end", () => outgoing.writeHead(fault.status).end(fault.body));
      return;
    }
    if (fault?.kind === "short" || fault?.kind === "reset") {
      const limit = Math.floor(size * fault.share);
      const told = fault.kind === "short" ? { ...answer.headers, "content-length": String(limit) } : answer.headers;
      outgoing.writeHead(answer.statusCode ?? 502, told);
      void cutAnswer(answer, outgoing, limit, fault.kind === "reset");
      return;
    }
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  upstream.on("error", () => outgoing.destroy());
  outgoing.once("close", () => upstream.destroy());
  if (share === 1) {
    incoming.pipe(upstream);
    return;
  }
  let left = most;
  incoming.on("data", (chunk: Buffer) => {
    const part = chunk.subarray(0, left);
    left -= part.length;
    if (part.length > 0) upstream.write(part);
    if (left > 0) return;
    if (fault?.kind === "short-body") return void upstream.end();
    upstream.destroy();
    incoming.socket.resetAndDestroy();
  });
}

async function cutAnswer(answer: IncomingMessage, outgoing: ServerResponse, most: number, resets: boolean): Promise<void> {
  let left = most;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    const part = chunk.subarray(0, left);
    left -= part.length;
    if (part.length > 0) outgoing.write(part);
    if (left === 0) break;
  }
  if (!resets) return void outgoing.end();
  // What was written is to arrive before the reset does.
  setTimeout(() => outgoing.socket?.resetAndDestroy(), 50);
}
