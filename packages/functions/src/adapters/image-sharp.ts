import { availableParallelism } from "node:os";
import type { Decodable, Derived, ImageCodec, Refusal } from "@tintype/core/media";
import type { Frame } from "./child-frame.ts";
import { childPool, type PoolOptions } from "./child-pool.ts";
import type { DeriveRequest } from "./image-child.ts";

const DEFAULTS: PoolOptions = {
  size: Math.max(1, Math.min(4, availableParallelism())),
  timeoutMs: 45_000,
  memoryBytes: 1280 * 1024 * 1024,
  idleMs: 30_000,
};

/** The ImageCodec port: sharp (libvips) and libheif in child processes of their own; `pids` are those alive, for who watches their memory. */
export type SharpCodec = ImageCodec & { pids(): number[]; close(): void };

/**
 * Starts no process before the first picture. `close` ends the children at once. Throws when a decoder itself has failed twice, which says
 * nothing of the picture: a later try may do.
 */
export function sharpCodec(options: Partial<PoolOptions> = {}): SharpCodec {
  const pool = childPool("image-child", import.meta.url, { ...DEFAULTS, ...options });
  const ask = async (bytes: Uint8Array, format: Decodable, plain: boolean): Promise<{ frame: Frame } | Refusal> => {
    const answer = await pool.ask({ head: { format, plain } satisfies DeriveRequest, parts: [bytes] });
    if ("frame" in answer) return answer;
    if (answer.failure === "failed") throw new Error(`The decoder of ${format} failed.`);
    return { refused: answer.failure };
  };
  return {
    async derive(bytes, format) {
      const answer = await ask(bytes, format, false);
      return "refused" in answer ? answer : madeOf(answer.frame);
    },
    async plain(bytes, format) {
      const answer = await ask(bytes, format, true);
      return "refused" in answer ? answer : plainOf(answer.frame);
    },
    pids: () => pool.pids(),
    close: () => pool.close(),
  };
}

function plainOf({ head, parts: [jpeg] }: Frame): { jpeg: Uint8Array } | Refusal {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- image-child answers with nothing else
  const facts = head as Partial<Refusal>;
  if (facts.refused !== undefined || !jpeg) return { refused: facts.refused ?? "crashed" };
  return { jpeg };
}

function madeOf({ head, parts }: Frame): Derived | Refusal {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- image-child answers with nothing else
  const facts = head as Omit<Derived, "thumb" | "preview" | "thumbhash"> | Refusal;
  const [thumb, preview, thumbhash] = parts;
  if ("refused" in facts || !thumb || !preview || !thumbhash) return "refused" in facts ? facts : { refused: "crashed" };
  return { ...facts, thumb, preview, thumbhash: new Uint8Array(thumbhash) };
}
