import { useEffect, useState } from "react";
import { messageOf } from "../../lib/http.ts";
import { createStore, useStore } from "../../lib/store.ts";
import { toast } from "../../ui/toast.tsx";

/** What `load` gives, once it is here, and how to ask again. What fails is told in a toast. */
export function useLoaded<T>(load: () => Promise<T>): [T | undefined, () => void] {
  const [loaded] = useState(() => createLoaded(load));
  useEffect(() => loaded.ask(), [loaded]);
  return [useStore(loaded.value), loaded.ask];
}

function createLoaded<T>(load: () => Promise<T>) {
  const value = createStore<T | undefined>(undefined);
  const ask = (): void =>
    void load().then(
      (found) => value.set(found),
      (error: unknown) => toast(messageOf(error)),
    );
  return { value, ask };
}

/** Does something and then `after`; what fails is told in a toast. */
export async function attempt(work: () => Promise<unknown>, after: () => void): Promise<void> {
  try {
    await work();
    after();
  } catch (error) {
    // A passkey's dialog that the person has closed is no failure.
    if (!(error instanceof DOMException && error.name === "NotAllowedError")) toast(messageOf(error));
  }
}
