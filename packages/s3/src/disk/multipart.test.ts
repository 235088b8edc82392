import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type Multipart, openMultipart, type PartBody, StalePartError } from "./multipart.ts";

const HOUR = 3_600_000;
const about = { bucket: "photos", key: "a.jpg", meta: { type: "image/jpeg" } };

let root: string;
let opened: Multipart[] = [];

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["Date", "setInterval", "clearInterval"] });
  root = await mkdtemp(join(tmpdir(), "multipart-"));
});

afterEach(async () => {
  for (const multipart of opened) await multipart.close();
  opened = [];
  vi.useRealTimers();
  await rm(root, { recursive: true, force: true });
});

async function open(): Promise<Multipart> {
  const multipart = await openMultipart(root, (message, cause) => expect.fail(`${message} ${String(cause)}`));
  opened.push(multipart);
  return multipart;
}

async function* bytes(): AsyncGenerator<Buffer> {
  yield Buffer.from("part");
}

const body = (): PartBody => ({ chunks: bytes(), wanted: ["md5"], size: 4, cancel: () => undefined });

it("removes an upload to which nothing came for two days, while running", async () => {
  const multipart = await open();
  const { id } = await multipart.create(about);
  vi.advanceTimersByTime(47 * HOUR);
  await multipart.close();
  expect(multipart.find(id)).toBeDefined();
  const again = await open();
  vi.advanceTimersByTime(HOUR);
  await again.close();
  expect(again.find(id)).toBeUndefined();
  expect(await readdir(root)).toEqual([]);
});

it("removes it at the start too", async () => {
  const { id } = await (await open()).create(about);
  vi.setSystemTime(Date.now() + 48 * HOUR);
  expect((await open()).find(id)).toBeUndefined();
  expect(await readdir(root)).toEqual([]);
});

it("counts the two days from the last part, and no upload ends while a part comes in", async () => {
  const multipart = await open();
  const { id } = await multipart.create(about);
  vi.advanceTimersByTime(40 * HOUR);
  await multipart.receive(id, 1, body(), () => ({ etag: "e" }));
  const gate = { begun: false, open: () => undefined as void };
  const opening = new Promise<void>((resolve) => (gate.open = resolve));
  async function* slowly(): AsyncGenerator<Buffer> {
    gate.begun = true;
    await opening;
    yield Buffer.from("more");
  }
  vi.advanceTimersByTime(40 * HOUR);
  await multipart.close();
  expect((await open()).find(id)).toBeDefined();
  const receiving = opened[1]!.receive(id, 2, { ...body(), chunks: slowly() }, () => ({ etag: "f" }));
  await vi.waitFor(() => expect(gate.begun).toBe(true));
  vi.advanceTimersByTime(40 * HOUR);
  await opened[1]!.close();
  gate.open();
  expect(await receiving).toMatchObject({ number: 2 });
});

it("does not put together a part that was replaced since it was looked at", async () => {
  const multipart = await open();
  const { id } = await multipart.create(about);
  await multipart.receive(id, 1, body(), () => ({ etag: "e" }));
  const seen = multipart.parts(id);
  await multipart.receive(id, 1, body(), () => ({ etag: "f" }));
  const commit = vi.fn<() => Promise<string>>(async () => "done");
  await expect(multipart.complete(id, seen, "e-1", commit)).rejects.toThrow(StalePartError);
  expect(commit).not.toHaveBeenCalled();
  const again = multipart.parts(id);
  await multipart.receive(id, 1, body(), () => ({ etag: "f" }));
  expect(await multipart.complete(id, again, "f-1", commit)).toBe("done");
});
