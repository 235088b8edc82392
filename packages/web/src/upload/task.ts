import type { PutRequest } from "../lib/api.ts";
import { kindOf } from "./kind.ts";

/**
 * Where a file is on its way: `waiting` → `hashing` → `hashed` → `planning` → `planned` → `sending` → `checking` → `safe`.
 * `twin` waits for another file with the same content; `retrying` returns to `resume` at `retryAt`.
 */
export type Phase =
  | "waiting"
  | "hashing"
  | "twin"
  | "hashed"
  | "planning"
  | "planned"
  | "sending"
  | "retrying"
  | "checking"
  | "safe"
  | "duplicate"
  | "failed"
  | "cancelled";

/**
 * Where files go that were added together: into an album, or into none until somebody says so. `done` are then the assets that they have become
 * meanwhile.
 */
export type Into = { albumId?: string | undefined; title?: string | undefined; done: string[] };

export type Found = {
  file: File;
  into?: Into;
  /** Folder and name as dropped: `Holiday/IMG_1.jpg`. */
  path: string;
  /** Opens the file anew after it changed on disk; absent where the browser gives no way to (a file input). */
  reopen?: () => Promise<File>;
};

export type Peek = { takenAt?: string; ratio?: number; preview?: Blob };

export type Plan = { uploadId: string; expiresAt: number } & (
  | { kind: "received" }
  | { kind: "put"; request: PutRequest }
  | { kind: "multipart"; partSize: number; partCount: number; etags: Map<number, string> }
);

export type Task = {
  readonly key: string;
  readonly found: Found;
  readonly name: string;
  /** A photo or a RAW file, by its name and type. */
  readonly picture: boolean;
  /** A file about another one, which is kept and never shown: by its name, and then by what the server says. */
  sidecar: boolean;
  readonly addedAt: number;
  file: File;
  phase: Phase;
  /** From the local peek; undefined until it is done, empty when there was nothing to see. */
  peek?: Peek;
  peeking?: Promise<void>;
  /** True while only what this browser remembers of the file is known of it: it has not been looked into, and has no tile before the plan. */
  known: boolean;
  sha256?: string;
  plan?: Plan;
  /** The plan before, of which the parts that the store has still count if the next one is of the same upload. */
  kept?: Extract<Plan, { kind: "multipart" }>;
  /** Bytes of this file that the store has taken so far. */
  sent: number;
  /** Everything is in the store; only the confirmation is missing. */
  uploaded: boolean;
  resume?: "hashed" | "planned" | "waiting";
  retryAt?: number;
  /** Failures in a row, for the backoff. */
  attempts: number;
  /** Failures while other files got through: those are this file's own. */
  faults: number;
  /** True when trying again cannot help. */
  final: boolean;
  /** Why it retries or has failed, for the person. */
  reason?: string;
  assetId?: string;
  revision?: number;
  abort?: AbortController;
};

let last = 0;

export function createTask(found: Found, now: number): Task {
  const kind = kindOf(found.file);
  return {
    key: `u${++last}`,
    found,
    name: found.file.name,
    picture: kind === "photo" || kind === "raw",
    sidecar: kind === "sidecar",
    addedAt: now,
    file: found.file,
    phase: "waiting",
    known: false,
    sent: 0,
    uploaded: false,
    attempts: 0,
    faults: 0,
    final: false,
  };
}
