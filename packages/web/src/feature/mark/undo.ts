import { messageOf } from "../../lib/http.ts";
import { createStore } from "../../lib/store.ts";
import { toast } from "../../ui/toast.tsx";

/** How to take back what was done last. */
let last: (() => Promise<void>) | undefined;

/** Changes whenever something was taken back. */
export const undone = createStore(0);

/** Says what was done, and offers to take it back, once: by the toast's button, or by a key while nothing else was done. */
export function offerUndo(text: string, run: () => Promise<void>): void {
  const once = async (): Promise<void> => {
    if (last === once) last = undefined;
    try {
      await run();
    } catch (error) {
      toast(messageOf(error));
    }
    undone.set(undone.get() + 1);
  };
  last = once;
  toast(text, { label: "Undo", run: () => void once() });
}

/** Takes back what was done last. */
export async function undoLast(): Promise<void> {
  await last?.();
}
