import { api } from "../../lib/api.ts";
import { messageOf } from "../../lib/http.ts";
import { createStore } from "../../lib/store.ts";
import { ACTION_MS, toast } from "../../ui/toast.tsx";

/** The jobs that are discarded as far as the person is concerned: the server forgets them once it can no longer be undone. */
export const leaving = createStore<ReadonlySet<string>>(new Set());

const waits = new Map<string, ReturnType<typeof setTimeout>>();

/** Discards a job, with a way back. */
export function discard(id: string, name: string): void {
  waits.set(
    id,
    setTimeout(() => void forget([id]), ACTION_MS),
  );
  leaving.set(new Set([...leaving.get(), id]));
  toast(`Discarded ${name}.`, { label: "Undo", run: () => stay(id) });
}

/** Discards at once what can still be undone: before all others are tried again, or the page is closed. */
export async function discardNow(): Promise<void> {
  if (waits.size > 0) await forget([...waits.keys()]);
}

addEventListener("pagehide", () => void discardNow());

async function forget(ids: string[]): Promise<void> {
  for (const id of ids) clearTimeout(waits.get(id));
  for (const id of ids) waits.delete(id);
  try {
    await api.discardJobs(ids);
  } catch (error) {
    toast(messageOf(error));
  }
  for (const id of ids) stay(id);
}

function stay(id: string): void {
  clearTimeout(waits.get(id));
  waits.delete(id);
  const left = new Set(leaving.get());
  left.delete(id);
  leaving.set(left);
}
