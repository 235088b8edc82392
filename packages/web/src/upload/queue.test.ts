import { expect, test } from "vitest";
import { createQueue } from "./queue.ts";
import { createTask, type Task } from "./task.ts";

function task(name: string, size: number): Task {
  const file = new File(["x".repeat(size)], name, { type: name.endsWith(".jpg") ? "image/jpeg" : "" });
  return createTask({ file, path: name }, 0);
}

test("a phase keeps the order in which files came to it", () => {
  const queue = createQueue();
  const [a, b, c] = [task("a.jpg", 1), task("b.jpg", 1), task("c.jpg", 1)];
  for (const each of [a, b, c]) queue.add(each);
  queue.move(a, "hashing");
  queue.move(a, "waiting");
  expect(queue.first("waiting")).toBe(b);
  expect([...queue.in.waiting]).toEqual([b, c, a]);
});

test("finished files are counted and forgotten, cancelled ones leave every number", () => {
  const queue = createQueue();
  const all = [task("a.jpg", 10), task("b.jpg", 20), task("c.txt", 30), task("d.jpg", 40)];
  for (const each of all) queue.add(each);
  const [a, b, c, d] = all;
  if (a) queue.move(a, "safe");
  if (b) queue.move(b, "duplicate");
  if (c) queue.move(c, "cancelled");
  if (d) queue.move(d, "failed");
  expect(queue.done).toEqual({ safe: 1, duplicates: 1, sidecars: 0, videos: 0, bytes: 30 });
  expect(queue.total).toEqual({ tasks: 3, bytes: 70, photos: 3 });
  expect(queue.sentBytes()).toBe(70);
  expect(queue.unsafe()).toBe(0);
  expect(queue.recent).toEqual([b]);
});

test("bytes count as they are sent, and as a whole once the store has the file", () => {
  const queue = createQueue();
  const [sending, checking] = [task("a.jpg", 100), task("b.jpg", 50)];
  queue.add(sending);
  queue.add(checking);
  queue.move(sending, "sending");
  sending.sent = 25;
  queue.move(checking, "checking");
  expect(queue.sentBytes()).toBe(75);
  expect(queue.unsafe()).toBe(2);
});

test("a file that changed on disk counts with its present size", () => {
  const queue = createQueue();
  const one = task("a.jpg", 100);
  queue.add(one);
  queue.replace(one, new File(["xyz"], "a.jpg"));
  expect(queue.total.bytes).toBe(3);
  queue.move(one, "cancelled");
  expect(queue.total).toEqual({ tasks: 0, bytes: 0, photos: 0 });
});

test("starting over keeps what failed and what is still under way", () => {
  const queue = createQueue();
  const [safe, failed, waiting] = [task("a.jpg", 1), task("b.jpg", 2), task("c.jpg", 4)];
  for (const each of [safe, failed, waiting]) queue.add(each);
  queue.move(safe, "safe");
  queue.move(failed, "failed");
  queue.startOver();
  expect(queue.total).toEqual({ tasks: 2, bytes: 6, photos: 2 });
  expect(queue.done).toEqual({ safe: 0, duplicates: 0, sidecars: 0, videos: 0, bytes: 0 });
});

test("of what is safe it is known how much is a video, once for each", () => {
  const queue = createQueue();
  for (const [name, phase] of [
    ["a.jpg", "safe"],
    ["b.mp4", "safe"],
    ["b again.mp4", "duplicate"],
    ["c.mov", "failed"],
    ["a.xmp", "safe"],
  ] as const) {
    const each = task(name, 1);
    queue.add(each);
    queue.move(each, phase);
  }
  expect(queue.done).toMatchObject({ safe: 3, videos: 1, sidecars: 1, duplicates: 1 });
});
