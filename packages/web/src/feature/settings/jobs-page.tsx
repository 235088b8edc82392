import { mdiCheckCircleOutline } from "@mdi/js";
import { useEffect, useState } from "react";
import { Link } from "wouter";
import { api, type KindOfJobs } from "../../lib/api.ts";
import { useStore } from "../../lib/store.ts";
import { Icon } from "../../ui/icon.tsx";
import { DeadJobs } from "./dead-jobs.tsx";
import { pauseText } from "./cost-words.ts";
import { createJobs } from "./jobs.ts";
import { useLoaded } from "./loaded.ts";
import { RefusedFiles } from "./refused-files.tsx";
import { isBusy, kindTitle, putOffText, restText, stateText } from "./words.ts";
import "./jobs.css";

/** What goes on in the background, live, and what was given up. */
export function JobsPage() {
  const [jobs] = useState(createJobs);
  useEffect(() => jobs.start(), [jobs]);
  const view = useStore(jobs.view);
  const failure = useStore(jobs.failure);
  const [cost] = useLoaded(api.cost);
  const paused = cost && pauseText(cost, "in the settings");
  return (
    <>
      <p className="settings-lead">
        Tintype reads new files and keeps the library in order. What it cannot do now, it does later by itself.
      </p>
      {failure !== undefined && (
        <p className="settings-alert" role="alert">
          {failure}
        </p>
      )}
      {paused !== undefined && (
        <p className="settings-alert">
          {paused} <Link href="/settings/storage">See the budget</Link>
        </p>
      )}
      {view && (
        <>
          <Work kinds={view.kinds} now={view.now} isPaused={paused !== undefined} />
          <DeadJobs jobs={jobs} {...view} />
          <RefusedFiles />
        </>
      )}
    </>
  );
}

function Work({ kinds, now, isPaused }: { kinds: readonly KindOfJobs[]; now: number; isPaused: boolean }) {
  const busy = kinds.filter(isBusy);
  return (
    <div className="settings-group">
      <h2>Under way</h2>
      {busy.length === 0 ? (
        <p className="jobs-rest">
          {!isPaused && <Icon path={mdiCheckCircleOutline} />}
          {restText(isPaused)}
        </p>
      ) : (
        <ul className="jobs-kinds">
          {busy.map((each) => (
            <li key={each.kind} data-off={each.putOff > 0}>
              <span className="settings-group-title">{kindTitle(each.kind)}</span>
              <span className="jobs-state">{stateText(each, now)}</span>
              {each.putOff > 0 && <span className="jobs-why">{putOffText(each, now)}</span>}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
