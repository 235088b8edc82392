import type { Draft } from "./draft.ts";
import type { Fault } from "./form.tsx";
import { whoText } from "./words.ts";

/** What the choices come to, and what is wrong with them beyond one field. */
export function Who({ draft, fault }: { draft: Draft; fault: Fault | undefined }) {
  return (
    <>
      <p className="share-who">{whoText({ ...draft, password: draft.isProtected })}</p>
      {fault && fault.field === "" && (
        <p className="share-fault" role="alert">
          {fault.message}
        </p>
      )}
    </>
  );
}
