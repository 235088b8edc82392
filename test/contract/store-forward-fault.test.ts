import { createServer, type Server, type Socket } from "node:net";
import { once } from "node:events";
import http from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { HttpServer } from "../../packages/functions/src/adapters/http-node.ts";
import { createForward, type Forward } from "../../packages/functions/src/adapters/store-forward.ts";
import { type Line, recorder } from "../support/api.ts";
import { serveForward } from "../support/forward.ts";
import { until } from "../support/s3-server.ts";
import type { RunningStore } from "../support/stores.ts";

describe("a store at fault", () => {
  let upstream: Server;
  let sockets: Socket[];
  let serveIt: (socket: Socket, head: string) => void;
  let heads: string[];
  let lines: Line[];
  let forward: Forward;
  let app: HttpServer;
  let url: string;
  let options: RunningStore["options"];

  beforeEach(async () => {
    sockets = [];
    heads = [];
    lines = [];
    upstream = createServer((socket) => {
      sockets.push(socket);
      socket.on("error", () => undefined);
      let head = "";
      socket.on("data", (data) => {
        head += data.toString("latin1");
        const end = head.indexOf("\r\n\r\n");
        if (end < 0) return;
        heads.push(head.slice(0, end));
        const whole = head;
        head = "";
        serveIt(socket, whole);
      });
    });
    upstream.listen(0, "127.0.0.1");
    await once(upstream, "listening");
    const address = upstream.address();
    const endpoint = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
    options = { endpoint, bucket: "photos", region: "us-east-1", accessKeyId: "a", secretAccessKey: "b" };
    forward = createForward(options, recorder(lines));
    app = await serveForward(forward);
    url = forward.signerFor(new URL(`http://127.0.0.1:${app.port}`)).get({ key: "a.jpg" });
  });
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    await app.close();
    forward.close();
    upstream.close();
  });

  const ok = "HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n";

  it("that is away is a problem document, and the next request goes through once it is back", async () => {
    serveIt = (socket) => socket.destroy();
    const answer = await fetch(url, { method: "PUT", body: "x" });
    expect([answer.status, answer.headers.get("content-type"), answer.headers.get("retry-after")]).toEqual([
      503,
      "application/problem+json",
      "5",
    ]);
    expect(await answer.json()).toMatchObject({ code: "storage_unavailable", status: 503, requestId: answer.headers.get("x-request-id") });
    expect(lines.map(({ level, event, status }) => [level, event, status])).toEqual([
      ["error", "unavailable", undefined],
      ["info", "request", 503],
    ]);
    serveIt = (socket) => socket.write(`${ok}Content-Length: 2\r\n\r\nok`);
    expect(await (await fetch(url)).text()).toBe("ok");
  });

  it("that has closed a kept connection is asked again on another one", async () => {
    serveIt = (socket) => socket.write(`${ok}Content-Length: 2\r\n\r\nok`);
    expect(await (await fetch(url)).text()).toBe("ok");
    serveIt = (socket) => (sockets.indexOf(socket) === 0 ? socket.resetAndDestroy() : socket.write(`${ok}Content-Length: 3\r\n\r\nyes`));
    expect(await (await fetch(url)).text()).toBe("yes");
    expect(sockets).toHaveLength(2);
  });

  it("that ends in the middle of a body ends the answer too, so that nobody takes it for whole", async () => {
    serveIt = (socket) => {
      socket.write(`${ok}Content-Length: 100\r\n\r\nhalf`);
      setTimeout(() => socket.destroy(), 50);
    };
    await expect(fetch(url).then((answer) => answer.text())).rejects.toThrow("terminated");
    await until(() => lines.length > 0);
    expect(lines.at(-1)).toMatchObject({ event: "request", status: 200, whole: false });
  });

  it("that stops in the middle of a body ends the answer too, but not while the browser takes nothing", async () => {
    const quick = createForward(options, recorder(lines), 400);
    const through = await serveForward(quick);
    const from = quick.signerFor(new URL(`http://127.0.0.1:${through.port}`)).get({ key: "a.jpg" });
    serveIt = (socket) => socket.write(`${ok}Content-Length: 100\r\n\r\nhalf`);
    await expect(fetch(from).then((answer) => answer.text())).rejects.toThrow("terminated");

    const size = 30 * 2 ** 20;
    serveIt = (socket) => socket.write(Buffer.concat([Buffer.from(`${ok}Content-Length: ${size}\r\n\r\n`), Buffer.alloc(size)]));
    const request = http.get(from);
    const [answer] = (await once(request, "response")) as [http.IncomingMessage];
    answer.pause();
    await sleep(1_500);
    let taken = 0;
    for await (const chunk of answer as AsyncIterable<Buffer>) taken += chunk.length;
    expect(taken).toBe(size);
    await through.close();
    quick.close();
  });

  it("that answers before it has taken the body is heard", async () => {
    serveIt = (socket) => socket.write("HTTP/1.1 403 Forbidden\r\nContent-Length: 4\r\n\r\nnope");
    const answer = await fetch(url, { method: "PUT", body: Buffer.alloc(20 * 2 ** 20) });
    expect([answer.status, await answer.text()]).toEqual([403, "nope"]);
  });

  it("that is slow to refuse a body, and then closes, is heard once it has shown that it says whether it wants one", async () => {
    serveIt = (socket) => socket.write("HTTP/1.1 100 Continue\r\n\r\n");
    const first = fetch(url, { method: "PUT", body: "small" });
    await until(() => heads.length === 1);
    sockets[0]?.write(`${ok}Content-Length: 0\r\n\r\n`);
    expect((await first).status).toBe(200);
    serveIt = (socket) =>
      void setTimeout(() => {
        socket.write("HTTP/1.1 412 Precondition Failed\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        socket.resetAndDestroy();
      }, 2_000);
    const late = await fetch(url, { method: "PUT", body: Buffer.alloc(20 * 2 ** 20) });
    expect([late.status, heads.length]).toEqual([412, 2]);
  });

  it("is left when the browser goes, in the middle of an answer and of an upload", async () => {
    serveIt = (socket) => socket.write(`${ok}Content-Length: 100000\r\n\r\nbegin`);
    const reading = new AbortController();
    const answer = await fetch(url, { signal: reading.signal });
    expect(answer.status).toBe(200);
    reading.abort();
    await until(() => sockets[0]?.destroyed === true);

    serveIt = () => undefined;
    const request = http.request(url, { method: "PUT", headers: { "content-length": 100_000 } });
    request.on("error", () => undefined);
    request.write("begin");
    await until(() => sockets.length === 2 && heads.length === 2);
    request.destroy();
    await until(() => sockets[1]?.destroyed === true);
  });

  it("is asked for no more than the browser takes", async () => {
    const chunk = Buffer.alloc(2 ** 20);
    let sent = 0;
    serveIt = (socket) => {
      socket.write(`${ok}Content-Length: ${200 * chunk.length}\r\n\r\n`);
      const more = (): void => {
        while (sent < 200 && !socket.destroyed) {
          sent++;
          if (!socket.write(chunk)) return void socket.once("drain", more);
        }
      };
      more();
    };
    const request = http.get(url);
    request.on("error", () => undefined);
    const [answer] = await once(request, "response");
    answer.pause();
    await sleep(500);
    const before = sent;
    await sleep(300);
    expect(sent).toBe(before);
    expect(sent).toBeLessThan(60);
    request.destroy();
  });

  it("gets its own host, the path of its endpoint, and nothing of the person's", async () => {
    serveIt = (socket) => socket.write(`${ok}Content-Length: 0\r\n\r\n`);
    await fetch(url, { headers: { cookie: "tintype.session=secret", "x-forwarded-for": "10.0.0.1" } });
    expect(heads[0]).toMatch(/^GET \/photos\/a\.jpg\?X-Amz-/u);
    expect(heads[0]).not.toMatch(/cookie|forwarded|secret/iu);
    const address = upstream.address();
    expect(heads[0]?.toLowerCase()).toContain(`host: 127.0.0.1:${typeof address === "object" ? address?.port : 0}`);
  });
});
