/** Asks once for all who ask within `ms`; a failure is told to those who wait for it, and not kept. */
export function rememberFor<T>(ms: number, ask: () => Promise<T>, now: () => number = () => performance.now()): () => Promise<T> {
  let last: { until: number; answer: Promise<T> } | undefined;
  return () => {
    if (last && now() < last.until) return last.answer;
    const next = { until: now() + ms, answer: ask() };
    last = next;
    next.answer.catch(() => {
      if (last === next) last = undefined;
    });
    return next.answer;
  };
}

/**
 * The same where who asks cannot wait for what somebody else has begun: in a Worker that ends with their request. Until there is an answer each
 * asks for themselves.
 */
export function keepFor<T>(ms: number, ask: () => Promise<T>, now: () => number = Date.now): () => Promise<T> {
  let last: { until: number; answer: T } | undefined;
  return async () => {
    if (last && now() < last.until) return last.answer;
    const until = now() + ms;
    const answer = await ask();
    last = { until, answer };
    return answer;
  };
}

/** What `work` gives; undefined when it takes longer than `ms`. It goes on meanwhile. */
export function within<T>(ms: number, work: Promise<T>): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
