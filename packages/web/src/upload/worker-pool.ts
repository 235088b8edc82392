/** Workers that answer one message with one message. */
export type Pool<In, Out> = {
  /** Rejects with TimeoutError when the worker is silent for `timeoutMs` (it is killed then), with AbortError when `signal` fires. */
  ask: (message: In, options?: Options) => Promise<Out>;
  /** Ends the idle workers; the next question starts new ones. */
  rest: () => void;
};

type Options = { timeoutMs?: number; signal?: AbortSignal };

/** At most `size` workers, started when first needed and used again; one that hangs is killed and replaced. */
export function createPool<In, Out>(size: number, start: () => Worker): Pool<In, Out> {
  const idle: Worker[] = [];
  const waiting: (() => void)[] = [];
  let free = size;

  const enter = async (): Promise<void> => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => void waiting.push(resolve));
  };
  const leave = (): void => {
    const next = waiting.shift();
    if (next) next();
    else free++;
  };

  return {
    async ask(message, options = {}) {
      await enter();
      try {
        options.signal?.throwIfAborted();
        const worker = idle.pop() ?? start();
        const answer = await once<Out>(worker, message, options);
        idle.push(worker);
        return answer;
      } finally {
        leave();
      }
    },
    rest() {
      for (const worker of idle.splice(0)) worker.terminate();
    },
  };
}

function once<Out>(worker: Worker, message: unknown, { timeoutMs, signal }: Options): Promise<Out> {
  return new Promise((resolve, reject) => {
    const listening = new AbortController();
    const kill = (reason: unknown): void => {
      worker.terminate();
      listening.abort();
      reject(reason);
    };
    const answer = (event: MessageEvent<Out>): void => {
      listening.abort();
      resolve(event.data);
    };
    const crash = (event: ErrorEvent): void => {
      event.preventDefault();
      kill(new Error(event.message));
    };
    const { signal: end } = listening;
    worker.addEventListener("message", answer, { signal: end });
    worker.addEventListener("error", crash, { signal: end });
    signal?.addEventListener("abort", () => kill(signal.reason), { signal: end });
    const timer = timeoutMs && setTimeout(() => kill(new DOMException("no answer", "TimeoutError")), timeoutMs);
    end.addEventListener("abort", () => clearTimeout(timer));
    worker.postMessage(message, []);
  });
}
