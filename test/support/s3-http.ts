import { connect, type Socket } from "node:net";

/** An answer, as it came. */
export type HttpAnswer = { status: number; headers: Record<string, string>; body: Buffer };

export type HttpConnection = {
  /** Sends one request and waits for the whole answer. `parts` are written one after the other. */
  request(head: string, parts?: readonly Buffer[]): Promise<HttpAnswer>;
  socket: Socket;
  close(): void;
};

type Pending = { resolve: (answer: HttpAnswer) => void; reject: (error: Error) => void; isHead: boolean };

/**
 * A bare HTTP/1.1 connection with keep-alive: it costs the client next to nothing, so that a bench measures the server, and sends what a
 * real client never would. With `keepBody: false` bodies are counted and thrown away.
 */
export async function openHttp(url: string, { keepBody = true } = {}): Promise<HttpConnection> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve).once("error", reject);
  });
  let pending: Pending | undefined;
  let head: Buffer = Buffer.alloc(0);
  let answer: HttpAnswer | undefined;
  let chunks: Buffer[] = [];
  let left = 0;

  const fail = (error: Error): void => {
    pending?.reject(error);
    pending = undefined;
  };
  socket.on("error", fail);
  socket.on("close", () => {
    fail(new Error("The connection was closed."));
  });

  function finish(): void {
    const done = pending;
    if (answer) answer.body = Buffer.concat(chunks);
    const whole = answer;
    [answer, chunks, pending] = [undefined, [], undefined];
    if (whole) done?.resolve(whole);
  }

  function readHead(data: Buffer): Buffer | undefined {
    head = Buffer.concat([head, data]);
    const end = head.indexOf("\r\n\r\n");
    if (end < 0) return undefined;
    const [line = "", ...lines] = head.toString("latin1", 0, end).split("\r\n");
    const rest = head.subarray(end + 4);
    head = Buffer.alloc(0);
    const status = Number(line.split(" ")[1]);
    if (status === 100) return rest;
    const headers = lines.map((text) => [text.slice(0, text.indexOf(":")).toLowerCase(), text.slice(text.indexOf(":") + 1).trim()]);
    answer = { status, headers: Object.fromEntries(headers), body: Buffer.alloc(0) };
    left = status === 204 || status === 304 || pending?.isHead === true ? 0 : Number(answer.headers["content-length"] ?? 0);
    return rest;
  }

  socket.on("data", (data) => {
    let rest: Buffer | undefined = data;
    while (!answer && rest && rest.length + head.length > 0) {
      rest = readHead(rest);
      if (rest === undefined) return;
    }
    if (!answer || !rest) return;
    left -= rest.length;
    if (keepBody) chunks.push(rest);
    if (left <= 0) finish();
  });

  return {
    socket,
    request: (text, parts = []) =>
      new Promise((resolve, reject) => {
        pending = { resolve, reject, isHead: text.startsWith("HEAD ") };
        if (parts.length === 0) socket.write(text, "latin1");
        else {
          socket.cork();
          socket.write(text, "latin1");
          for (const part of parts) socket.write(part);
          socket.uncork();
        }
      }),
    close() {
      socket.destroy();
    },
  };
}

/** The head of a request. */
export function requestHead(method: string, path: string, headers: Record<string, string>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n`;
}
