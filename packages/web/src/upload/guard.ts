/** Keeps the page alive while something is not safe: a question before it closes, and the screen stays on. */
export function createGuard(): { set: (busy: boolean) => void } {
  let busy = false;
  let lock: Promise<WakeLockSentinel | undefined> | undefined;

  const ask = (event: Event): void => event.preventDefault();

  const wake = async (): Promise<WakeLockSentinel | undefined> => {
    try {
      return await navigator.wakeLock.request("screen");
    } catch {
      // Not on plain http, not on low battery: then the screen may sleep, and the upload goes on afterwards.
      return undefined;
    }
  };

  const sleep = async (): Promise<void> => {
    const held = await lock;
    lock = undefined;
    await held?.release();
  };

  // The browser takes the lock away from a hidden page.
  document.addEventListener("visibilitychange", () => {
    if (busy && document.visibilityState === "visible") lock = wake();
  });

  return {
    set(next) {
      if (next === busy) return;
      busy = next;
      if (!busy) {
        removeEventListener("beforeunload", ask);
        return void sleep();
      }
      addEventListener("beforeunload", ask);
      lock = wake();
    },
  };
}
