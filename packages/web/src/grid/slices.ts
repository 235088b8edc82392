const SLICE_MS = 12;

/** Runs a computation that yields now and then without ever holding the page for long; undefined when it is no longer wanted. */
export async function runSliced<T>(steps: Generator<undefined, T>, wanted: () => boolean): Promise<T | undefined> {
  let begin = performance.now();
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return wanted() ? step.value : undefined;
    if (performance.now() - begin < SLICE_MS) continue;
    await new Promise<void>((resolve) => setTimeout(resolve));
    if (!wanted()) return undefined;
    begin = performance.now();
  }
}
