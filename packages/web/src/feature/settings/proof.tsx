import { type ReactNode, useState } from "react";
import { Problem } from "../../lib/http.ts";
import { Prove } from "../account/prove.tsx";
import { attempt } from "./loaded.ts";

type Work = () => Promise<unknown>;

/** Does what may need a person to show again who they are: asks them then, and does it after. Gives the dialog to show, and the way to do it. */
export function useProof(): [ReactNode, (work: Work) => void] {
  const [waiting, setWaiting] = useState<Work>();
  const run = (work: Work): void =>
    void attempt(
      async () => {
        try {
          await work();
        } catch (error) {
          if (!(error instanceof Problem) || error.code !== "locked") throw error;
          setWaiting(() => work);
        }
      },
      () => undefined,
    );
  const dialog = waiting && (
    <Prove
      text="This opens Locked too, in this browser, for 15 minutes."
      onProven={() => {
        setWaiting(undefined);
        run(waiting);
      }}
      onClose={() => setWaiting(undefined)}
    />
  );
  return [dialog, run];
}
