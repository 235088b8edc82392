import { useState } from "react";
import { type Fault, faultOf, report } from "../../lib/form.ts";

/** A form that is sent once at a time. What the server refuses of these fields is told at them; anything else is thrown. */
export function useSend(...fields: readonly string[]) {
  const [fault, setFault] = useState<Fault>();
  const [busy, setBusy] = useState(false);
  const tell = (form: HTMLFormElement, found: Fault) => report(form, () => setFault(found));
  const sending = (form: HTMLFormElement, work: () => Promise<unknown>) => async (): Promise<void> => {
    setBusy(true);
    setFault(undefined);
    try {
      await work();
    } catch (error) {
      const found = faultOf(error);
      if (!fields.includes(found.field)) throw error;
      tell(form, found);
    } finally {
      setBusy(false);
    }
  };
  const errorOf = (field: string) => (fault?.field === field ? fault.message : undefined);
  return { busy, sending, tell, errorOf, clear: () => setFault(undefined) };
}
