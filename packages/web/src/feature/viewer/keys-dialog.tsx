import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import "./keys-dialog.css";

const KEYS: { title: string; rows: [keys: string[], what: string][] }[] = [
  {
    title: "Viewing a photo",
    rows: [
      [["←", "→"], "Newer or older photo"],
      [["z"], "Zoom in, or back out"],
      [["+", "−"], "Zoom in steps"],
      [["i"], "Info"],
      [["d"], "Download the original"],
      [["Ctrl", "Z"], "Undo"],
      [["Esc"], "Back to all photos"],
    ],
  },
  {
    title: "All photos",
    rows: [
      [["←", "→", "↑", "↓"], "Move between photos"],
      [["Enter"], "Open the photo"],
      [["x", "Space"], "Select"],
      [["Shift", "←", "→"], "Select a range"],
      [["Ctrl", "A"], "Select all"],
      [["Esc"], "Clear the selection"],
      [["z"], "Undo"],
    ],
  },
  {
    title: "A photo, or all that are selected",
    rows: [
      [["f"], "Favourite, or not"],
      [["1", "…", "5"], "Rate"],
      [["0"], "No rating"],
      [["e"], "Archive, or take out of it"],
      [["l"], "Lock, or unlock"],
      [["Del"], "Move to the bin; there, delete for good"],
      [["r"], "Restore from the bin"],
      [["a"], "Accept from guests"],
    ],
  },
];

/** The keys of the viewer and of the grid. */
export function KeysDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose}>
      {KEYS.map(({ title, rows }) => (
        <section key={title} className="keys">
          <h3>{title}</h3>
          <dl>
            {rows.map(([keys, what]) => (
              <div key={what}>
                <dt>
                  {keys.map((key) => (
                    <kbd key={key}>{key}</kbd>
                  ))}
                </dt>
                <dd>{what}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      <div className="keys-foot">
        <Button kind="text" onClick={onClose}>
          Close
        </Button>
      </div>
    </Dialog>
  );
}
