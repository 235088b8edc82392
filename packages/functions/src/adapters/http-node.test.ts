import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it, vi } from "vitest";
import { networksOf } from "./client-address.ts";
import { addressFor, checkPorts, listenError, serveHttp } from "./http-node.ts";

const answer = (_: Request, env: { address?: string }) => new Response(env.address ?? "unknown");

describe("the HTTP server", () => {
  it("tells the app the client's network address", async () => {
    const server = await serveHttp({ fetch: answer, host: "127.0.0.1", port: 0, setting: "PORT" });
    expect(await (await fetch(`http://127.0.0.1:${server.port}/`)).text()).toBe("127.0.0.1");
    await server.close();
  });

  it("takes a trusted proxy's word for it, and nobody else's", async () => {
    const told = async (trusted: readonly string[]): Promise<string> => {
      const server = await serveHttp({ fetch: answer, host: "127.0.0.1", port: 0, setting: "PORT", trusted: networksOf(trusted) });
      const asked = await fetch(`http://127.0.0.1:${server.port}/`, { headers: { "x-forwarded-for": "1.2.3.4, 203.0.113.9" } });
      await server.close();
      return asked.text();
    };
    expect([await told([]), await told(["127.0.0.0/8"])]).toEqual(["127.0.0.1", "203.0.113.9"]);
  });

  it("says which setting to change when the port is taken", async () => {
    const server = await serveHttp({ fetch: answer, host: "127.0.0.1", port: 0, setting: "PORT" });
    const second = serveHttp({ fetch: answer, host: "127.0.0.1", port: server.port, setting: "S3_PORT" });
    await expect(second).rejects.toThrow(`Port ${server.port} is taken by another program`);
    await expect(second).rejects.toThrow(/S3_PORT=\d+ npm start/u);
    await server.close();
  });

  it("can be known to find its ports before it starts", async () => {
    await checkPorts("127.0.0.1", { PORT: 0, S3_PORT: 0 });
    const server = await serveHttp({ fetch: answer, host: "127.0.0.1", port: 0, setting: "PORT" });
    const taken = checkPorts("127.0.0.1", { PORT: 0, S3_PORT: server.port });
    await expect(taken).rejects.toThrow(new RegExp(`Port ${server.port} is taken.*S3_PORT=\\d+ npm start`, "u"));
    await server.close();
    await checkPorts("127.0.0.1", { PORT: server.port });
    await checkPorts("127.0.0.1", { PORT: server.port });
  });

  describe("that forwards to a store", () => {
    afterEach(() => void vi.useRealTimers());

    /** Sends a request whose last byte comes after an hour; gives what is answered, and whether the connection was closed before that. */
    async function anHour(url: string): Promise<{ answer: string; isCut: boolean }> {
      vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
      let begun: () => void = () => undefined;
      const beginning = new Promise<void>((resolve) => {
        begun = resolve;
      });
      const fetched = async (request: Request): Promise<Response> => {
        begun();
        return new Response(await request.text());
      };
      const forward = {
        takes: (asked: string) => asked.startsWith("/store/"),
        handle: (request: IncomingMessage, response: ServerResponse) => {
          begun();
          if (url.endsWith(".jpg")) return void request.pipe(response);
          request.resume();
          response.end("refused");
        },
      };
      const server = await serveHttp({ fetch: fetched, host: "127.0.0.1", port: 0, setting: "PORT", forward });
      const socket = connect(server.port, "127.0.0.1");
      const closed = once(socket, "close");
      let heard = "";
      socket.on("data", (bytes) => {
        heard += String(bytes);
        if (heard.includes("b\r\n")) socket.destroy();
      });
      socket.write(`PUT ${url} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\na`);
      await beginning;
      await vi.advanceTimersByTimeAsync(3_600_000);
      vi.useRealTimers();
      const isCut = await Promise.race([closed.then(() => true), sleep(100, false)]);
      if (!isCut) socket.write("b");
      await Promise.race([closed, sleep(1000)]);
      await server.close();
      return { answer: heard, isCut };
    }

    it("waits for an upload on a thin line", async () => {
      expect(await anHour("/store/a.jpg")).toEqual({ answer: expect.stringMatching(/^HTTP\/1.1 200 [^]*a[^]*b/u), isCut: false });
    });

    it("waits for no other request as long, nor for the rest of one that has its answer", async () => {
      expect(await anHour("/api/auth/sign-in/email")).toEqual({ answer: "", isCut: true });
      expect(await anHour("/store/refused")).toEqual({ answer: expect.stringContaining("refused"), isCut: true });
    });
  });

  it.each([
    ["127.0.0.1", "http://127.0.0.1:3000"],
    ["0.0.0.0", "http://127.0.0.1:3000"],
    ["::", "http://127.0.0.1:3000"],
    ["::1", "http://[::1]:3000"],
    ["photos.home", "http://photos.home:3000"],
  ])("that listens on %s is opened at %s", (host, address) => {
    expect(addressFor(host, 3000)).toBe(address);
    expect(URL.canParse(address)).toBe(true);
  });

  it("tells missing rights from a taken port", () => {
    expect(listenError(Object.assign(new Error("x"), { code: "EACCES" }), 80, "PORT").message).toMatch(/PORT to a number above 1024/u);
  });
});
