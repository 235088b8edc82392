import { vi } from "vitest";
import type { PlanAnswer, PlanFile } from "../../packages/web/src/lib/api.ts";
import { Problem } from "../../packages/web/src/lib/http.ts";
import type { Engine } from "../../packages/web/src/upload/engine.ts";
import type { PutAnswer } from "../../packages/web/src/upload/failure.ts";
import type { Known } from "../../packages/web/src/upload/fingerprint.ts";
import { createLanes, LANES } from "../../packages/web/src/upload/lanes.ts";
import type { Ports } from "../../packages/web/src/upload/run.ts";
import type { Found } from "../../packages/web/src/upload/task.ts";

type Upload = { sha256: string; size: number; state: "open" | "received" | "committed" | "expired"; receivedAt: number };

/** How long the server takes to verify a file, and then to pack its month. */
const VERIFY_MS = 500;
const SHOW_MS = 500;
/** More bytes than this go in parts. */
const LARGE = 1_000;
const PART = 400;

/**
 * The API and a store in memory, held to upload-contract.ts; single answers can be made to fail. Nothing in it takes real time, which a
 * test's clock could not move: so a file's name and size stand for its content, and its bytes are never read.
 */
export function world() {
  const library = new Map<string, string>();
  const stored = new Map<string, Blob>();
  const uploads = new Map<string, Upload>();
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

  /** What ingest has done meanwhile. */
  const ingest = (): void => {
    for (const [id, upload] of uploads) {
      if (upload.state !== "received" || Date.now() - upload.receivedAt < VERIFY_MS) continue;
      upload.state = "committed";
      library.set(upload.sha256, `asset-${id}`);
    }
  };
  const isShown = ({ receivedAt }: Upload) => Date.now() - receivedAt >= VERIFY_MS + SHOW_MS;
  const find = (id: string): Upload => {
    ingest();
    const upload = uploads.get(id);
    if (!upload) throw new Problem(404, "not_found", "There is no upload with this id.");
    return upload;
  };
  const planOne = ({ sha256, size, name }: PlanFile): PlanAnswer => {
    const assetId = library.get(sha256);
    if (assetId) return { status: "have", assetId };
    if (name.trim() === "") return { status: "refused", code: "name_empty", detail: "This file has no name." };
    const known = [...uploads].find(([, each]) => each.sha256 === sha256 && (each.state === "open" || each.state === "received"));
    const uploadId = known?.[0] ?? `up${uploads.size + 1}`;
    const expiresAt = new Date(Date.now() + 900_000).toISOString();
    if (known?.[1].state === "received") return { status: "received", uploadId, expiresAt };
    uploads.set(uploadId, { sha256, size, state: "open", receivedAt: 0 });
    if (size > LARGE) return { status: "multipart", uploadId, partSize: PART, partCount: Math.ceil(size / PART), expiresAt };
    return { status: "put", uploadId, expiresAt, request: { method: "PUT", url: `s3:${sha256}`, headers: {} } };
  };

  const ports: Ports = {
    api: {
      async plan(asked) {
        calls.push(`plan ${asked.length}`);
        const fault = faults.plan.shift();
        if (fault) throw fault;
        ingest();
        return asked.map(planOne);
      },
      async parts(id, from, to) {
        calls.push(`parts ${from}-${to}`);
        find(id);
        return Array.from({ length: to - from + 1 }, (_, i) => ({
          number: from + i,
          request: { method: "PUT", url: `s3:${id}/${from + i}`, headers: {} },
        }));
      },
      async complete(id, parts) {
        calls.push(parts ? `complete ${parts.length}` : "complete");
        const fault = faults.complete.shift();
        if (fault) throw fault;
        const upload = find(id);
        if (upload.state === "expired") throw new Problem(410, "gone", "This upload has ended.");
        if (upload.state !== "open") return;
        const count = upload.size > LARGE ? Math.ceil(upload.size / PART) : 0;
        const whole = Array.from({ length: count }, (_, i) => stored.has(`s3:${id}/${i + 1}`)).every(Boolean);
        if (!whole) throw new Problem(409, "conflict", "Parts are not at the store yet.");
        Object.assign(upload, { state: "received", receivedAt: Date.now() });
      },
      async statuses(ids) {
        ingest();
        return ids.flatMap((id) => {
          const upload = uploads.get(id);
          if (!upload) return [];
          const isDone = upload.state === "committed";
          const assetId = isDone ? `asset-${id}` : null;
          const safe = isDone && library.get(upload.sha256) === assetId;
          return [{ id, state: upload.state, reason: null, assetId, safe, revision: isDone && isShown(upload) ? 7 : null }];
        });
      },
      async abort(id) {
        calls.push("abort");
        const upload = find(id);
        if (upload.state !== "open") throw new Problem(409, "conflict", "This file has arrived already.");
        upload.state = "expired";
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
  return { ports, library, uploads, stored, calls, faults, cache, most: () => most };
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
