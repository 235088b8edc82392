import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/**
 * A way to a server on this machine that can be shut, as when a cable is pulled, and opened again. What is `swallow`ed is taken, as is who comes new,
 * and nobody hears of it.
 */
export type Gate = { port: number; shut: () => void; swallow: () => void; open: () => void; close: () => Promise<void> };

/** Opens a way to the port of a server, which may itself come and go. */
export async function startGate(to: number): Promise<Gate> {
  const sockets = new Set<Socket>();
  let state: "open" | "shut" | "swallows" = "open";
  const server = createServer((client) => {
    if (state === "shut") return void client.resetAndDestroy();
    const behind = connect(to, "127.0.0.1");
    for (const [socket, other] of [
      [client, behind],
      [behind, client],
    ] as const) {
      sockets.add(socket);
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
      if (state === "open") socket.pipe(other);
      else socket.resume();
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    shut: () => {
      state = "shut";
      cut();
    },
    swallow: () => {
      state = "swallows";
      for (const socket of sockets) socket.unpipe().resume();
    },
    open: () => {
      state = "open";
    },
    close: async () => {
      cut();
      server.close();
      await once(server, "close");
    },
  };
}
