import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "./postgres.ts";
import { findTool } from "./s3-process.ts";

/** What a line does to the bytes that go through it, as toxiproxy calls it; a rate is in KB/s, a timeout of 0 swallows everything for ever. */
export type Toxic =
  | { type: "latency"; attributes: { latency: number; jitter?: number } }
  | { type: "bandwidth"; attributes: { rate: number } }
  | { type: "timeout"; attributes: { timeout: number } }
  | { type: "reset_peer"; attributes: { timeout: number } }
  | { type: "limit_data"; attributes: { bytes: number } };

/** A line to a server that can be made a bad one. */
export type Line = {
  port: number;
  /** Nobody gets through, who is connected is cut off. */
  cut(): Promise<void>;
  /** Adds a fault in one direction: `downstream` is from the server to the client. */
  poison(toxic: Toxic, stream?: "downstream" | "upstream"): Promise<void>;
  /** As good as new. */
  heal(): Promise<void>;
};

export type Toxiproxy = {
  /** A line to a port of 127.0.0.1. */
  line(name: string, toPort: number): Promise<Line>;
  stop(): Promise<void>;
};

/** Starts toxiproxy, which stands between two programs and spoils what they say to each other. */
export async function startToxiproxy(): Promise<Toxiproxy> {
  const port = await freePort();
  const child = spawn(findTool("toxiproxy") ?? "toxiproxy", ["-host", "127.0.0.1", "-port", String(port)], { stdio: "ignore" });
  const ended = once(child, "exit");
  const api = async (method: string, path: string, body?: unknown): Promise<void> => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method, ...(body !== undefined && { body: JSON.stringify(body) }) });
    if (!answer.ok) throw new Error(`toxiproxy ${method} ${path}: ${answer.status} ${await answer.text()}`);
  };
  for (let tries = 1; ; tries++) {
    const isUp = await api("GET", "/version").then(
      () => true,
      () => false,
    );
    if (isUp) break;
    if (tries === 100) throw new Error("toxiproxy did not start");
    await sleep(50);
  }
  return {
    line: async (name, toPort) => {
      const listen = await freePort();
      let toxics: string[] = [];
      await api("POST", "/proxies", { name, listen: `127.0.0.1:${listen}`, upstream: `127.0.0.1:${toPort}`, enabled: true });
      return {
        port: listen,
        cut: () => api("POST", `/proxies/${name}`, { enabled: false }),
        poison: async (toxic, stream = "downstream") => {
          const toxicName = `${toxic.type}-${stream}`;
          await api("POST", `/proxies/${name}/toxics`, { ...toxic, name: toxicName, stream });
          toxics.push(toxicName);
        },
        heal: async () => {
          for (const toxic of toxics) await api("DELETE", `/proxies/${name}/toxics/${toxic}`);
          toxics = [];
          await api("POST", `/proxies/${name}`, { enabled: true });
        },
      };
    },
    stop: async () => {
      child.kill();
      await ended;
    },
  };
}
