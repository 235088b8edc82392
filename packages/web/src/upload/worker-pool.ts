/** Workers that answer one message with one message. */
export type Pool<In, Out> = {
  /** Rejects with TimeoutError when the worker is silent for `timeoutMs` (it is killed then), with AbortError when `signal` fires. */
  ask(message: In, options?: { timeoutMs?: number; signal?: AbortSignal }): Promise<Out>;
  /** Ends the idle workers; the next question starts new ones. */
  rest(): void;
};

/** At most `size` workers, started when first needed and used again; one that hangs is killed and replaced. */
export function createPool<In, Out>(size: number, start: () => Worker): Pool<In, Out> {
  const idle: Worker[] = [];
  const waiting: (() => void)[] = [];
  let busy = 0;

  const leave = (): void => {
    busy--;
    waiting.shift()?.();
  };

  return {
    async ask(message, { timeoutMs, signal } = {}) {
      while (busy >= size) await new Promise<void>((resolve) => waiting.push(resolve));
      busy++;
      try {
        signal?.throwIfAborted();
        const worker = idle.pop() ?? start();
        const answer = await once<In, Out>(worker, message, timeoutMs, signal);
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

function once<In, Out>(worker: Worker, message: In, timeoutMs: number | undefined, signal: AbortSignal | undefined): Promise<Out> {
  return new Promise((resolve, reject) => {
    const settle = (end: () => void): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", cancel);
      worker.onmessage = worker.onerror = null;
      end();
    };
    const kill = (reason: unknown): void =>
      settle(() => {
        worker.terminate();
        reject(reason);
      });
    const cancel = (): void => kill(signal?.reason);
    const timer = timeoutMs ? setTimeout(() => kill(new DOMException("no answer", "TimeoutError")), timeoutMs) : undefined;
    worker.onmessage = (event: MessageEvent<Out>) => settle(() => resolve(event.data));
    worker.onerror = (event) => {
      event.preventDefault();
      kill(new Error(event.message));
    };
    signal?.addEventListener("abort", cancel);
    worker.postMessage(message);
  });
}
