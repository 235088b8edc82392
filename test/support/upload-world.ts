import { vi } from "vitest";
import type { Engine } from "../../packages/web/src/upload/engine.ts";
import type { PutAnswer } from "../../packages/web/src/upload/failure.ts";
import type { Known } from "../../packages/web/src/upload/fingerprint.ts";
import { createLanes, LANES } from "../../packages/web/src/upload/lanes.ts";
import type { Ports } from "../../packages/web/src/upload/run.ts";
import type { Found } from "../../packages/web/src/upload/task.ts";

/**
 * The contract of the API and of a store, in memory; single answers can be made to fail. Nothing in it takes real time, which a test's
 * clock could not move: so a file's name and size stand for its content, and its bytes are never read.
 */
export function world() {
  const library = new Map<string, string>();
  const stored = new Map<string, Blob>();
  const uploads = new Map<string, { sha256: string; size: number; state: "open" | "received" | "committed" }>();
  const cache = new Map<string, Known>();
  const calls: string[] = [];
  const faults: { plan: Error[]; put: Partial<PutAnswer>[]; complete: Error[]; hash: string[] } = {
    plan: [],
    put: [],
    complete: [],
    hash: [],
  };
  let flying = 0;
  let most = 0;

  const ports: Ports = {
    api: {
      async plan(asked) {
        calls.push(`plan ${asked.length}`);
        const fault = faults.plan.shift();
        if (fault) throw fault;
        return asked.map(({ sha256, size, name }) => {
          const assetId = library.get(sha256);
          if (assetId) return { status: "have", assetId };
          if (name.startsWith("bad")) return { status: "refused", code: "invalid", detail: "This name is not possible." };
          const known = [...uploads].find(([, each]) => each.sha256 === sha256 && each.state === "received");
          if (known) return { status: "received", uploadId: known[0], expiresAt: new Date(Date.now() + 900_000).toISOString() };
          const open = [...uploads].find(([, each]) => each.sha256 === sha256 && each.state === "open");
          const uploadId = open?.[0] ?? `up${uploads.size + 1}`;
          uploads.set(uploadId, { sha256, size, state: "open" });
          const expiresAt = new Date(Date.now() + 900_000).toISOString();
          if (size > 1000) return { status: "multipart", uploadId, partSize: 400, partCount: Math.ceil(size / 400), expiresAt };
          return { status: "put", uploadId, expiresAt, request: { method: "PUT", url: `s3:${sha256}`, headers: {} } };
        });
      },
      async parts(id, from, to) {
        calls.push(`parts ${from}-${to}`);
        return Array.from({ length: to - from + 1 }, (_, i) => ({
          number: from + i,
          request: { method: "PUT", url: `s3:${id}/${from + i}`, headers: {} },
        }));
      },
      async complete(id, parts) {
        calls.push(parts ? `complete ${parts.length}` : "complete");
        const fault = faults.complete.shift();
        if (fault) throw fault;
        const upload = uploads.get(id);
        if (upload) upload.state = "received";
      },
      async statuses(ids) {
        return ids.flatMap((id) => {
          const upload = uploads.get(id);
          if (!upload) return [];
          if (upload.state === "received") {
            upload.state = "committed";
            library.set(upload.sha256, `asset-${id}`);
          }
          const safe = upload.state === "committed";
          return [{ id, state: upload.state, reason: null, assetId: safe ? `asset-${id}` : null, safe, revision: safe ? 7 : null }];
        });
      },
      async abort(id) {
        calls.push("abort");
        uploads.delete(id);
      },
    },
    async hash(file, signal) {
      const fault = faults.hash.shift();
      if (fault) throw new DOMException("", fault);
      signal.throwIfAborted();
      return `${file.name}:${file.size}`;
    },
    peek: async () => ({}),
    async put({ url }, body, { signal, onProgress }) {
      calls.push("put");
      most = Math.max(most, ++flying);
      await new Promise((resolve) => setTimeout(resolve, 50));
      flying--;
      signal.throwIfAborted();
      const fault = faults.put.shift();
      if (fault) return { status: 0, etag: null, code: "", retryAfter: undefined, ...fault };
      onProgress(body.size);
      stored.set(url, body);
      return { status: 200, etag: `"${url}"`, code: "", retryAfter: undefined };
    },
    isReadable: async () => true,
    lanes: createLanes(LANES, undefined),
    fingerprints: {
      get: async (key) => cache.get(key),
      set: (key, known) => void cache.set(key, known),
    },
    now: Date.now,
    random: () => 0.5,
  };
  return { ports, library, stored, calls, faults, cache, most: () => most };
}

export function files(count: number, size = 100): Found[] {
  return Array.from({ length: count }, (_, i) => {
    const file = new File([`${i}`.padEnd(size, "x")], `${i}.jpg`, { lastModified: 1_700_000_000_000 });
    return { file, path: `trip/${i}.jpg` };
  });
}

export function state(engine: Engine) {
  const { done, in: phases, total } = engine.run.queue;
  return { safe: done.safe, duplicates: done.duplicates, failed: phases.failed.size, total: total.tasks };
}

/** Lets timers and promises run until nothing is under way, or the time is over. */
export async function settled(engine: Engine, seconds = 600): Promise<void> {
  for (let at = 0; at < seconds * 1000 && engine.run.queue.unsafe() > 0;) {
    const step = at < 30_000 ? 50 : 1_000;
    await vi.advanceTimersByTimeAsync(step);
    at += step;
  }
}
