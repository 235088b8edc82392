import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { createHasher, type DigestName, type Hasher } from "../checksum.ts";
import { toError } from "./errno.ts";

export type Digests = ReadonlyMap<DigestName, Buffer>;

/** Digests of a body. The costliest of them takes as long as everything else together: that of a large body is left to another thread. */
export type Digester = {
  /** Takes a chunk as it comes. */
  chunk(data: Buffer): void;
  /** Takes the same bytes again, gathered to a block, and gives the block back when it is done. Calls are taken in order. */
  block(block: ArrayBuffer, length: number): Promise<ArrayBuffer>;
  digest(): Promise<Digests>;
  /** Ends without a result. */
  drop(): void;
};

/** Below this a body is hashed where it is: handing it over would cost more. */
const HANDED_OVER = 1 << 20;
/** What is left to another thread, the costliest first. */
const COSTLY = ["md5", "sha256"] as const;
const THREADS = Math.max(1, Math.min(4, availableParallelism() - 1));

/** `size` is how long the body will be; from `handedOver` on another thread computes the costliest digest. */
export function createDigester(names: Iterable<DigestName>, size: number, handedOver = HANDED_OVER): Digester {
  const wanted = new Set(names);
  const costly = size >= handedOver ? COSTLY.find((name) => wanted.has(name)) : undefined;
  const remote = costly && leastBusy().open(costly);
  const local = [...wanted].filter((name) => name !== costly).map((name): [DigestName, Hasher] => [name, createHasher(name)]);
  return {
    chunk(data) {
      for (const [, hasher] of local) hasher.update(data);
    },
    block: async (block, length) => (remote ? remote.update(block, length) : block),
    async digest() {
      const digests = new Map(local.map(([name, hasher]) => [name, hasher.digest()]));
      return remote ? digests.set(costly, await remote.digest()) : digests;
    },
    drop() {
      remote?.drop();
    },
  };
}

type RemoteHash = { update(block: ArrayBuffer, length: number): Promise<ArrayBuffer>; digest(): Promise<Buffer>; drop(): void };
type Thread = { open(name: (typeof COSTLY)[number]): RemoteHash; load(): number };
type Answer = { block?: ArrayBuffer; digest?: Uint8Array };
type Order = { resolve: (answer: Answer) => void; reject: (error: Error) => void };

const threads: Thread[] = [];

/** The threads start with the first large body, and do not keep the process alive. */
function leastBusy(): Thread {
  while (threads.length < THREADS) threads.push(startThread());
  return threads.reduce((best, thread) => (thread.load() < best.load() ? thread : best));
}

function startThread(): Thread {
  const worker = new Worker(new URL("hash-worker.js", import.meta.url), { execArgv: [] });
  /** It answers every order, one after the other. */
  const orders: Order[] = [];
  let lastBody = 0;
  let ended: Error | undefined;
  const thread = { open, load: () => orders.length };
  worker.on("message", (answer: Answer) => orders.shift()?.resolve(answer));
  // Unheard, an error would end this process, and an end leave its orders waiting for ever. The next large body starts another thread.
  worker.on("error", (error) => end(toError(error)));
  worker.on("exit", () => end(new Error("The thread that computes checksums ended.")));
  // After the listeners: the one for messages would keep the process alive again.
  worker.unref();

  function end(error: Error): void {
    ended ??= error;
    const at = threads.indexOf(thread);
    if (at !== -1) threads.splice(at, 1);
    for (const { reject } of orders.splice(0)) reject(ended);
  }

  async function order(message: object, transfer: readonly ArrayBuffer[] = []): Promise<Answer> {
    if (ended) throw ended;
    return new Promise((resolve, reject) => {
      orders.push({ resolve, reject });
      worker.postMessage(message, transfer);
    });
  }

  function open(name: (typeof COSTLY)[number]): RemoteHash {
    const body = ++lastBody;
    return {
      async update(block, length) {
        const { block: back } = await order({ body, name, block, length }, [block]);
        return back ?? block;
      },
      async digest() {
        return Buffer.from((await order({ body, name, end: "digest" })).digest ?? []);
      },
      drop() {
        void order({ body, name, end: "drop" }).catch(() => undefined);
      },
    };
  }

  return thread;
}
