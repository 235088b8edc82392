import { mdiArrowExpandUp } from "@mdi/js";
import { useTitle } from "../../lib/title.ts";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import "./firstrun.css";

type Props = { onFiles: () => void; onFolder: () => void };

/** What an empty library shows: where to drop, and two ways for whom dropping is not possible. */
export function FirstRun({ onFiles, onFolder }: Props) {
  useTitle("Photos");
  // Nothing can be dropped with a finger.
  const byHand = matchMedia("(hover: none)").matches;
  return (
    <div className="firstrun">
      <section className="firstrun-box">
        <Icon path={mdiArrowExpandUp} size={48} />
        <h1>{byHand ? "Add your photos" : "Drop your photos here"}</h1>
        <p>
          {byHand ? "They go" : "Files or whole folders go"} straight to your own storage, at full quality. Keep this page open until
          everything is sent.
        </p>
        <Button onClick={onFiles}>{byHand ? "Choose photos" : "Choose files"}</Button>
        <Button kind="text" onClick={onFolder}>
          Choose a folder
        </Button>
      </section>
    </div>
  );
}
