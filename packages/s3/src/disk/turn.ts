/** Runs tasks of the same name one after the other, and those of different names side by side. */
export type Turns = {
  run<T>(name: string, task: () => Promise<T>): Promise<T>;
  /** Resolves when nothing of this name runs any more. */
  idle(name: string): Promise<void> | undefined;
};

export function createTurns(): Turns {
  const last = new Map<string, Promise<void>>();
  return {
    run(name, task) {
      const before = last.get(name);
      const result = before ? before.then(task) : task();
      const done = result.then(
        () => undefined,
        () => undefined,
      );
      last.set(name, done);
      void done.then(() => {
        if (last.get(name) === done) last.delete(name);
      });
      return result;
    },
    idle: (name) => last.get(name),
  };
}
