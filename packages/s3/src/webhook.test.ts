import { cpSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openWebhook, type WebhookQueue } from "./webhook.ts";

let folder: string;
let target: Server;
/** Keys of the events that the target took, and how many it will still take; it answers 503 to the rest. */
let taken: string[];
let room: number;
/** What the target waits for before it answers. */
let held: Promise<void>;
let queues: WebhookQueue[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "webhook-"));
  taken = [];
  queues = [];
  room = 0;
  held = Promise.resolve();
  target = createServer((request, response) => {
    void text(request).then(async (body) => {
      await held;
      const { Records } = JSON.parse(body) as { Records: { s3: { object: { key: string } } }[] };
      const takes = Records.length <= room;
      if (takes) {
        room -= Records.length;
        taken.push(...Records.map(({ s3 }) => s3.object.key));
      }
      response.writeHead(takes ? 204 : 503).end();
    });
  });
  await new Promise<void>((resolve) => {
    target.listen(0, "127.0.0.1", resolve);
  });
});
afterEach(async () => {
  await Promise.all(queues.map((queue) => queue.close()));
  target.closeAllConnections();
  await new Promise((resolve) => {
    target.close(resolve);
  });
  await rm(folder, { recursive: true });
});

async function text(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function open(limit = 100_000): Promise<WebhookQueue> {
  const url = `http://127.0.0.1:${(target.address() as AddressInfo).port}/`;
  const queue = await openWebhook({ id: "app", url }, folder, { region: "us-east-1", trouble: () => undefined, firstDelay: 10, limit });
  queues.push(queue);
  return queue;
}

/** What it leaves on the disk is what it has now. */
async function kill(queue: WebhookQueue): Promise<void> {
  const copy = join(folder, "copy");
  cpSync(path(), copy);
  const name = path();
  await close(queue);
  renameSync(copy, name);
}

async function close(queue: WebhookQueue): Promise<void> {
  queues.splice(queues.indexOf(queue), 1);
  await queue.close();
}

const keys = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, index) => `key-${from + index}`);

function push(queue: WebhookQueue, some: readonly string[]): void {
  for (const key of some) {
    queue.push({ name: "ObjectCreated:Put", bucket: "photos", key, at: "2024-01-01T00:00:00.000Z", sequencer: key }, "app");
  }
}

const until = async (condition: () => boolean) => vi.waitUntil(condition, 10_000);
const path = (): string => join(folder, readdirSync(folder).find((name) => name.startsWith("webhook-") && !name.endsWith(".new")) ?? "");
const linesIn = (): number => readFileSync(path(), "utf8").split("\n").length - 1;

describe("events of which the target takes none for now", () => {
  it("are sent in their order after a restart, and those that came after it behind them", async () => {
    const first = await open();
    push(first, keys(0, 120));
    await close(first);
    const second = await open();
    push(second, keys(120, 130));
    await close(second);
    expect(linesIn()).toBe(130);
    room = 1000;
    await open();
    await until(() => taken.length >= 130);
    expect(taken).toEqual(keys(0, 130));
    await until(() => statSync(path()).size === 0);
  });

  it("are sent also when the process was killed, in the middle of writing one at that, and killed again", async () => {
    const first = await open();
    push(first, keys(0, 70));
    await until(() => linesIn() === 70);
    await kill(first);
    writeFileSync(path(), '{"eventVersion":"2.', { flag: "a" });
    const second = await open();
    push(second, ["after", "last"]);
    await until(() => readFileSync(path(), "utf8").includes("last"));
    await kill(second);
    room = 1000;
    await open();
    await until(() => taken.includes("last"));
    expect(taken).toEqual([...keys(0, 70), "after", "last"]);
  });

  it("are lost from their beginning only, when they become too many while some are on their way", async () => {
    let release = (): void => undefined;
    held = new Promise((resolve) => {
      release = resolve;
    });
    room = 1000;
    const queue = await open(200);
    push(queue, keys(0, 200));
    await until(() => linesIn() === 200);
    push(queue, keys(200, 230));
    release();
    await until(() => taken.includes("key-229"));
    expect(taken).toEqual(["key-0", ...keys(30, 230)]);
  });

  it("are the newest only when there are too many of them", async () => {
    const queue = await open(200);
    for (let from = 0; from < 5000; from += 100) {
      push(queue, keys(from, from + 100));
      await new Promise(setImmediate);
    }
    await close(queue);
    expect(linesIn()).toBe(200);
    room = 5000;
    await open(200);
    await until(() => taken.length >= 200);
    expect(taken).toEqual(keys(4800, 5000));
  });

  it("take no room in the file for those that went before them", async () => {
    const queue = await open(200);
    let longest = 0;
    for (let from = 0; from < 5000; from += 100) {
      push(queue, keys(from, from + 100));
      await until(() => readFileSync(path(), "utf8").includes(`key-${from + 99}"`));
      longest = Math.max(longest, linesIn());
    }
    expect(longest).toBeLessThanOrEqual(2 * 200 + 1000);
  });
});

it("a target that takes events but is never done with them leaves the file short", async () => {
  const queue = await open();
  push(queue, keys(0, 3050));
  await until(() => linesIn() === 3050);
  room = 3000;
  await until(() => taken.length === 3000);
  await until(() => linesIn() <= 2 * 50 + 1000);
  room = 50;
  await until(() => taken.length === 3050);
  expect(taken).toEqual(keys(0, 3050));
});
