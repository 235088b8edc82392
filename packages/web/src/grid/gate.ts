/** Above this speed, in pixels per millisecond, nothing is worth requesting. */
const FAST = 8;
const TRAILING_MS = 60;

export type Gate = ReturnType<typeof createGate>;

/** Closed while the content flies by, and for 60 ms after; `onOpen` follows when it opens again. */
export function createGate(onOpen: () => void, now: () => number = () => performance.now()) {
  let lastOffset: number | undefined;
  let lastTime = 0;
  let timer = 0;

  return {
    isOpen: () => timer === 0,
    /** Tells where the content is now. */
    note(offset: number): void {
      const time = now();
      const passed = Math.max(1, time - lastTime);
      const fast = lastOffset !== undefined && passed < 200 && Math.abs(offset - lastOffset) / passed > FAST;
      lastOffset = offset;
      lastTime = time;
      if (!fast) return;
      clearTimeout(timer);
      timer = setTimeout(() => {
        timer = 0;
        onOpen();
      }, TRAILING_MS);
    },
    close(): void {
      clearTimeout(timer);
      timer = 0;
    },
  };
}
