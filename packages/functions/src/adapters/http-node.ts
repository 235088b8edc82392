import { createServer, type IncomingMessage, type Server } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { AppError } from "@tintype/core/kernel";
import { clientAddress, type Networks, networksOf } from "./client-address.ts";
import type { Forward } from "./store-forward.ts";

const GRACE_MS = 3_000;
/** Until all of a request is here, as long as Node itself waits. */
const REQUEST_MS = 300_000;

export type HttpServer = { port: number; close: () => Promise<void> };

/** The app as a fetch handler; the second argument tells the client's network address. */
type Fetch = (request: Request, env: { address?: string }) => Response | Promise<Response>;

type ServeOptions = {
  fetch: Fetch;
  host: string;
  port: number;
  setting: string;
  /** Proxies that are believed about who asks; default none. */
  trusted?: Networks;
  /** Answers what is under `/store/`; without it, that is the app's matter. */
  forward?: Pick<Forward, "takes" | "handle">;
};

/**
 * Serves a fetch handler over HTTP. `setting` is the name of the port's variable, for the message when the port is taken
 * (AppError `conflict`). `close` lets open requests finish for up to 3 s.
 */
export function serveHttp({ fetch, host, port, setting, trusted = networksOf([]), forward }: ServeOptions): Promise<HttpServer> {
  const listener = getRequestListener((request, { incoming }) => fetch(request, addressOf(incoming, trusted)));
  const server = createServer((request, response) => {
    const isForwarded = forward?.takes(request.url ?? "") === true;
    if (forward) limit(request, () => isForwarded && !response.writableEnded);
    if (isForwarded) return forward?.handle(request, response);
    void listener(request, response);
  });
  // A large file on a thin line takes longer, and Node has one limit for all requests: ours is for those that are not.
  if (forward) server.requestTimeout = 0;
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => reject(listenError(cause, port, setting)));
    server.listen(port, host, () => {
      const bound = server.address();
      resolve({ port: typeof bound === "object" && bound ? bound.port : port, close: () => close(server) });
    });
  });
}

/** Ends a request that is not here in time, unless it `mayLast`. */
function limit(request: IncomingMessage, mayLast: () => boolean): void {
  const timer = setInterval(() => {
    if (!request.complete && !mayLast()) request.socket.destroy();
  }, REQUEST_MS);
  request.once("close", () => clearInterval(timer));
}

/** The origin to open on this machine for a server that listens on `host`: who listens on every address also listens on this one. */
export function addressFor(host: string, port: number): string {
  const name = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  return `http://${name.includes(":") ? `[${name}]` : name}:${port}`;
}

/** Throws AppError `conflict` when nobody could listen there, before a start has changed anything. */
export async function checkPorts(host: string, ports: Readonly<Record<string, number>>): Promise<void> {
  const fetch = (): Response => new Response();
  const probes: HttpServer[] = [];
  try {
    for (const [setting, port] of Object.entries(ports)) probes.push(await serveHttp({ fetch, host, port, setting }));
  } finally {
    await Promise.all(probes.map((probe) => probe.close()));
  }
}

function addressOf(incoming: { socket?: IncomingMessage["socket"] | object; headers: object }, trusted: Networks): { address?: string } {
  const { socket, headers } = incoming;
  if (!socket || !("remoteAddress" in socket) || socket.remoteAddress === undefined) return {};
  // Node joins what comes in several headers of this name.
  const before = "x-forwarded-for" in headers && typeof headers["x-forwarded-for"] === "string" ? headers["x-forwarded-for"] : undefined;
  return { address: clientAddress(socket.remoteAddress, before, trusted) };
}

/** What to tell when a port cannot be listened on. */
export function listenError(cause: NodeJS.ErrnoException, port: number, setting: string): AppError {
  if (cause.code === "EADDRINUSE") {
    const other = port < 65_000 ? port + 10 : port - 10;
    return new AppError(
      "conflict",
      `Port ${port} is taken by another program. Stop it, or start Tintype with another one: ${setting}=${other} npm start`,
      { cause },
    );
  }
  if (cause.code === "EACCES") {
    return new AppError("conflict", `Port ${port} needs more rights. Set ${setting} to a number above 1024.`, { cause });
  }
  return new AppError("conflict", `Cannot listen on port ${port} (${cause.code ?? cause.message}). Check HOST and ${setting}.`, { cause });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), GRACE_MS).unref();
  });
}
