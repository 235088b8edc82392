import { uploadContract } from "@tintype/test/upload-contract";
import { world } from "@tintype/test/upload-world";
import { afterEach, beforeEach, describe, vi } from "vitest";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("the API that these tests are run with", () => {
  uploadContract(() => {
    const { ports, library } = world();
    const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms).then(() => undefined);
    return {
      api: ports.api,
      send: async (planned, content) => {
        if (planned.status !== "put") throw new Error(`is ${planned.status}`);
        const sent = ports.put(planned.request, new Blob([content]), { signal: new AbortController().signal, onProgress: () => undefined });
        await pass(50);
        await sent;
      },
      verify: () => pass(500),
      show: () => pass(500),
      lose: async () => {
        await ports.api.statuses([]);
        library.clear();
      },
      large: 1_001,
    };
  });
});
