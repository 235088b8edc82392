import { serve as serveNode, type ServerType } from "@hono/node-server";
import { AppError } from "@tintype/core/kernel";

export type HttpServer = { port: number; close(): Promise<void> };

/**
 * Serves a fetch handler over HTTP. `setting` is the name of the port's variable, for the message when the port is taken
 * (AppError `conflict`). `close` lets open requests finish for up to 3 s.
 */
export function serveHttp(options: {
  fetch: (request: Request) => Response | Promise<Response>;
  host: string;
  port: number;
  setting: string;
}): Promise<HttpServer> {
  const { fetch, host, port, setting } = options;
  return new Promise((resolve, reject) => {
    const server = serveNode({ fetch, hostname: host, port }, (info) => resolve({ port: info.port, close: () => close(server) }));
    server.once("error", (cause: NodeJS.ErrnoException) => reject(listenError(cause, port, setting)));
  });
}

/** What to tell when a port cannot be listened on. */
export function listenError(cause: NodeJS.ErrnoException, port: number, setting: string): AppError {
  if (cause.code === "EADDRINUSE") {
    return new AppError(
      "conflict",
      `Port ${port} is taken by another program. Stop it, or start Tintype with another one: ${setting}=${port + 10} npm start`,
      { cause },
    );
  }
  if (cause.code === "EACCES") {
    return new AppError("conflict", `Port ${port} needs more rights. Set ${setting} to a number above 1024.`, { cause });
  }
  return new AppError("conflict", `Cannot listen on port ${port} (${cause.code ?? cause.message}). Check HOST and ${setting}.`, { cause });
}

function close(server: ServerType): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    if (!("closeAllConnections" in server)) return;
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), 3_000).unref();
  });
}
