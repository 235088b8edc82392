import { useState } from "react";
import { accountApi } from "../../lib/account-api.ts";
import { agoText } from "../../lib/ago.ts";
import { Button } from "../../ui/button.tsx";
import { activityText } from "./activity-words.ts";
import { attempt, useLoaded } from "./loaded.ts";
import "./people.css";

type Page = Awaited<ReturnType<typeof accountApi.audit>>;

/** What was done with one's things, and by whom, newest first. */
export function ActivityPage() {
  const [first] = useLoaded(() => accountApi.audit());
  const [later, setLater] = useState<Page[]>([]);
  const pages = first && [first, ...later];
  const entries = pages?.flatMap((page) => page.entries);
  const next = pages?.at(-1)?.next ?? null;
  const more = (after: string) =>
    attempt(
      async () => {
        const page = await accountApi.audit(after);
        setLater((before) => [...before, page]);
      },
      () => undefined,
    );
  return (
    <div className="settings-group">
      <p>Who signed in, shared, or removed something of yours. It is kept for a year.</p>
      <ul className="people-list">
        {entries?.map((entry) => (
          <li key={entry.id}>
            <div>
              <span>
                <b>{entry.actorName}</b> {activityText(entry)}
              </span>
              <small>
                {agoText(entry.at)}
                {entry.address !== null && `, from ${entry.address}`}
              </small>
            </div>
          </li>
        ))}
      </ul>
      {entries?.length === 0 && <p>Nothing yet.</p>}
      {next !== null && (
        <Button kind="outline" onClick={() => void more(next)}>
          Show more
        </Button>
      )}
    </div>
  );
}
