import type { Fault } from "../../lib/form.ts";
import type { Draft } from "./draft.ts";
import { whoText } from "./words.ts";

/** What is wrong with these is told at their fields. */
const FIELDS = /^(?:title|password|expiresAt|slug|frameOrigins|budgetBytes|uploadLimitBytes|uploadLimitCount)$/u;

/** What the choices come to, and what is wrong with them beyond one field. */
export function Who({ draft, fault }: { draft: Draft; fault: Fault | undefined }) {
  return (
    <>
      <p className="share-who">{whoText({ ...draft, password: draft.isProtected })}</p>
      {fault && !FIELDS.test(fault.field) && (
        <p className="share-fault" role="alert">
          {fault.message}
        </p>
      )}
    </>
  );
}
