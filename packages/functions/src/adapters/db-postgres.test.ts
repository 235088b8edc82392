import { createServer, type Server } from "node:net";
import { once } from "node:events";
import { sql } from "drizzle-orm";
import { afterEach, expect, it } from "vitest";
import { openPostgres } from "./db-postgres.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

const message = (type: string, body: string): Buffer => {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type), length, Buffer.from(body)]);
};
const WELCOME = Buffer.concat([message("R", "\0\0\0\0"), message("Z", "I")]);
const GOODBYE = message("E", "SFATAL\0C57P01\0Mterminating connection due to unexpected postmaster exit\0\0");

/** A Postgres that is killed while it welcomes us: one packet brings both. No real one can be made to do so each time. */
async function dying(): Promise<string> {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", () => socket.end(Buffer.concat([WELCOME, GOODBYE])));
  });
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return `postgres://u:p@127.0.0.1:${typeof address === "object" ? address?.port : 0}/db`;
}

it("fails what is asked of a Postgres that ends with its first words, and nothing else", async () => {
  const { db, close } = await openPostgres({ url: await dying(), migrations: [] });
  await expect(db.execute(sql`select 1`)).rejects.toMatchObject({ code: "database_unavailable" });
  await expect(db.tx((tx) => tx.execute(sql`select 1`))).rejects.toMatchObject({ code: "database_unavailable" });
  await close();
});
