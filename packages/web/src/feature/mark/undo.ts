import { messageOf } from "../../lib/http.ts";
import { toast } from "../../ui/toast.tsx";

/** How to take back what was done last. */
let last: (() => Promise<void>) | undefined;

/** Says what was done, and offers to take it back, once: by the toast's button, or by a key while nothing else was done. */
export function offerUndo(text: string, run: () => Promise<void>): void {
  const once = async (): Promise<void> => {
    if (last === once) last = undefined;
    try {
      await run();
    } catch (error) {
      toast(messageOf(error));
    }
  };
  last = once;
  toast(text, { label: "Undo", run: () => void once() });
}

/** Takes back what was done last. */
export async function undoLast(): Promise<void> {
  await last?.();
}
