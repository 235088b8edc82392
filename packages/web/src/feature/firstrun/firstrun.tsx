import { mdiArrowExpandUp } from "@mdi/js";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import "./firstrun.css";

type Props = { onFiles: () => void; onFolder: () => void };

/** What an empty library shows: where to drop, and two ways for whom dropping is not possible. */
export function FirstRun({ onFiles, onFolder }: Props) {
  return (
    <div className="firstrun">
      <section className="firstrun-box">
        <Icon path={mdiArrowExpandUp} size={48} />
        <h1>Drop your photos here</h1>
        <p>Files or whole folders, at full quality, straight to your own storage. Keep this page open until it says that they are safe.</p>
        <Button onClick={onFiles}>Choose files</Button>
        <Button kind="text" onClick={onFolder}>
          Choose a folder
        </Button>
      </section>
    </div>
  );
}
