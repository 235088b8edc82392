/** Lets so many through at a time; the others wait in line. */
export type Gate = {
  /** Resolves when it is this one's turn; `leave` must follow. */
  enter(): Promise<void>;
  leave(): void;
};

export function createGate(limit: number): Gate {
  const waiting: (() => void)[] = [];
  let inside = 0;
  return {
    async enter() {
      if (inside < limit) {
        inside++;
        return;
      }
      await new Promise<void>((resume) => {
        waiting.push(resume);
      });
    },
    leave() {
      const next = waiting.shift();
      if (next) next();
      else inside--;
    },
  };
}
