import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { files, settled, state, world } from "@tintype/test/upload-world";
import { Problem } from "../lib/http.ts";
import { createEngine } from "./engine.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("when another way to the store is found, everything is planned anew at once, and parts that are there are not sent again", async () => {
  const { ports, calls, stored } = world();
  const broken = { status: 0, etag: null, code: "", retryAfter: undefined };
  let puts = 0;
  let through = 3;
  const engine = createEngine({
    ...ports,
    put: async (request, body, options) => {
      puts++;
      if (through > 0) {
        through--;
        return ports.put(request, body, options);
      }
      // Nobody answers, not even that nobody is there.
      await new Promise((_, reject) => options.signal.addEventListener("abort", () => reject(new DOMException("", "AbortError"))));
      return broken;
    },
  });
  engine.add([...files(1, 4000), ...files(2, 101)]);
  await settled(engine, 20);
  expect(state(engine)).toMatchObject({ failed: 0, total: 3 });
  const [before, plans] = [stored.size, calls.filter((call) => call.startsWith("plan")).length];
  expect(before).toBe(3);
  through = Infinity;
  puts = 0;
  engine.replan();
  await settled(engine);
  expect(state(engine)).toMatchObject({ safe: 3, failed: 0 });
  expect(calls.filter((call) => call.startsWith("plan")).length).toBeGreaterThan(plans);
  expect(puts).toBe(12 - before);
});

test("a file that is at the store, and only to be confirmed, is not planned anew", async () => {
  const { ports, calls, faults } = world();
  faults.complete.push(new Problem(503, "database_unavailable", "The database is not available."));
  const engine = createEngine(ports);
  engine.add(files(1));
  await settled(engine, 1);
  engine.replan();
  await settled(engine);
  expect(state(engine)).toMatchObject({ safe: 1 });
  expect(calls.filter((call) => call === "put" || call.startsWith("plan"))).toEqual(["plan 1", "put"]);
});
