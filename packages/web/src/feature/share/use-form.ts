import { useState } from "react";
import { messageOf, Problem } from "../../lib/http.ts";
import type { Draft } from "./draft.ts";
import type { Fault } from "./form.tsx";

/** A form about a link: what is chosen in it, and what the server finds wrong with that. */
export function useForm(before: Draft) {
  const [draft, setDraft] = useState(before);
  const [fault, setFault] = useState<Fault>();
  const [busy, setBusy] = useState(false);
  const send = async (run: () => Promise<void>): Promise<void> => {
    setBusy(true);
    setFault(undefined);
    try {
      await run();
    } catch (error) {
      const field = error instanceof Problem ? error.extra["field"] : undefined;
      setFault({ field: typeof field === "string" ? field : "", message: messageOf(error) });
    }
    setBusy(false);
  };
  return { draft, fault, busy, send, onChange: (change: Partial<Draft>) => setDraft({ ...draft, ...change }) };
}
