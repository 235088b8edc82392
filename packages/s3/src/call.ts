import type { IncomingMessage } from "node:http";
import type { Disk } from "./disk/disk.ts";
import type { OpenFile } from "./disk/file.ts";
import type { Dispatch } from "./dispatch.ts";
import type { Target } from "./request.ts";
import type { Signed } from "./sigv4.ts";

/** One authenticated request, with everything that an operation may use. */
export type Call = {
  target: Target;
  signed: Signed;
  request: IncomingMessage;
  disk: Disk;
  region: string;
  /** The ids of the webhooks that there are. */
  webhooks: readonly string[];
  /** Tells the listeners and webhooks. Call only after the change is durable. */
  emit: Dispatch["emit"];
};

/** What goes back. A `file` is closed by whoever sends it. */
export type Reply = {
  status: number;
  headers?: Record<string, string | undefined>;
  body?: string;
  file?: { file: OpenFile; start: number; length: number };
};

export type Operation = (call: Call) => Promise<Reply>;
