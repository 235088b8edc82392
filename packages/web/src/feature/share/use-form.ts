import { type SubmitEvent, useState } from "react";
import { type Fault, faultOf, report } from "../../lib/form.ts";
import { type Draft, faultIn } from "./draft.ts";

/** A form about a link: what is chosen in it, and what the server finds wrong with that. */
export function useForm(before: Draft) {
  const [draft, setDraft] = useState(before);
  const [fault, setFault] = useState<Fault>();
  const [busy, setBusy] = useState(false);
  const send = async (event: SubmitEvent<HTMLFormElement>, run: () => Promise<void>): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget;
    const wrong = faultIn(draft);
    if (wrong) return report(form, () => setFault(wrong));
    setBusy(true);
    setFault(undefined);
    try {
      await run();
    } catch (error) {
      report(form, () => setFault(faultOf(error)));
    }
    setBusy(false);
  };
  return { draft, fault, busy, send, onChange: (change: Partial<Draft>) => setDraft({ ...draft, ...change }) };
}
