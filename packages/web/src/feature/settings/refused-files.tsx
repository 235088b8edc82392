import { useEffect, useState } from "react";
import { agoText } from "../../lib/ago.ts";
import { formatBytes } from "../../lib/format.ts";
import { useStore } from "../../lib/store.ts";
import { Button } from "../../ui/button.tsx";
import { createRefused } from "./refused.ts";

/** What lies in the inbox and is not taken in: why, and what to do about it. Nothing where there is none, as mostly. */
export function RefusedFiles() {
  const [refused] = useState(createRefused);
  useEffect(() => refused.start(), [refused]);
  const [busy, setBusy] = useState(false);
  const view = useStore(refused.view);
  if (!view || view.files.length === 0) return null;
  const showMore = async (): Promise<void> => {
    setBusy(true);
    await refused.showMore();
    setBusy(false);
  };
  return (
    <div className="settings-group">
      <h2>Not taken from the inbox</h2>
      <p>
        These stay where they are in the bucket, and are not in the timeline. Put a whole file in the place of each, or remove it there:
        within minutes it goes from this list.
      </p>
      <ul className="jobs-dead">
        {view.files.map(({ id, name, key, size, reason, seenAt }) => (
          <li key={id} className="jobs-row">
            <div className="jobs-about">
              <span className="settings-group-title">{name}</span>
              <span className="jobs-reason">{reason}</span>
              <span className="jobs-state">
                {formatBytes(size)}, seen {agoText(seenAt, view.now)}
              </span>
              <code>{key}</code>
            </div>
          </li>
        ))}
      </ul>
      {view.more && (
        <Button kind="outline" busy={busy} onClick={() => void showMore()}>
          Show more
        </Button>
      )}
    </div>
  );
}
