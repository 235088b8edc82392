import { expect, test } from "vitest";
import { createLanes } from "./lanes.ts";

const never = new AbortController().signal;

function gate(): { open: () => void; closed: Promise<void> } {
  let open = (): void => undefined;
  const closed = new Promise<void>((resolve) => (open = resolve));
  return { open: () => open(), closed };
}

test("no more than the given number run at once, and the others follow in order", async () => {
  const lanes = createLanes(2, undefined);
  const jobs = Array.from({ length: 4 }, () => ({ started: gate(), ended: gate() }));
  const log: string[] = [];
  const runs = jobs.map(({ started, ended }, i) =>
    lanes.run(never, async () => {
      log.push(`start ${i}`);
      started.open();
      await ended.closed;
      log.push(`end ${i}`);
    }),
  );
  await jobs[1]?.started.closed;
  jobs[1]?.ended.open();
  await jobs[2]?.started.closed;
  for (const { ended } of jobs) ended.open();
  await Promise.all(runs);
  expect(log.slice(0, 4)).toEqual(["start 0", "start 1", "end 1", "start 2"]);
  expect(log.indexOf("start 3")).toBeGreaterThan(Math.min(log.indexOf("end 0"), log.indexOf("end 2")));
});

test("who is cancelled while waiting takes no lane, and a failure gives its lane back", async () => {
  const lanes = createLanes(1, undefined);
  const first = gate();
  const running = lanes.run(never, async () => {
    await first.closed;
    throw new Error("broken");
  });
  const controller = new AbortController();
  const cancelled = lanes.run(controller.signal, () => Promise.resolve("ran"));
  const third = lanes.run(never, () => Promise.resolve("third"));
  controller.abort();
  await expect(cancelled).rejects.toThrow("aborted");
  first.open();
  await expect(running).rejects.toThrow("broken");
  expect(await third).toBe("third");
});

test("two tabs share the lanes through the browser's locks", async () => {
  const names: string[] = [];
  const locks = {
    request: (name: string, _options: LockOptions, work: () => Promise<unknown>) => {
      names.push(name);
      return work();
    },
  } as unknown as LockManager;
  await createLanes(1, locks).run(never, () => Promise.resolve());
  expect(names).toEqual(["tintype-put-0"]);
});

test("where the browser refuses locks, files are sent all the same", async () => {
  const locks = {
    request: () => Promise.reject(new DOMException("Access is denied.", "SecurityError")),
  } as unknown as LockManager;
  expect(await createLanes(1, locks).run(never, () => Promise.resolve("sent"))).toBe("sent");
});
