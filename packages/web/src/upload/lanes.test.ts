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
  const gates = [gate(), gate(), gate(), gate()];
  const started: number[] = [];
  const runs = gates.map(({ closed }, i) =>
    lanes.run(never, () => {
      started.push(i);
      return closed;
    }),
  );
  await Promise.resolve();
  expect(started).toEqual([0, 1]);
  gates[1]?.open();
  await runs[1];
  await Promise.resolve();
  expect(started).toEqual([0, 1, 2]);
  for (const { open } of gates) open();
  await Promise.all(runs);
  expect(started).toEqual([0, 1, 2, 3]);
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
