import { mdiDeleteOutline } from "@mdi/js";
import { type MouseEvent, useRef, useState } from "react";
import type { DeadJob } from "../../lib/api.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { discard } from "./discard.ts";
import type { Jobs } from "./jobs.ts";
import { deadTitle, triesText } from "./words.ts";

type Props = { jobs: Jobs; dead: readonly DeadJob[]; deadCount: number; more: boolean; now: number };

/** What was given up: why, and what to do about it. */
export function DeadJobs({ jobs, dead, deadCount, more, now }: Props) {
  const [busy, setBusy] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  const alone = async (work: () => Promise<void>) => {
    setBusy(true);
    await work();
    setBusy(false);
  };
  return (
    <div className="settings-group">
      <div className="settings-group-head">
        <h2 ref={heading} tabIndex={-1}>
          {deadCount === 0 ? "Given up" : `Given up (${deadCount.toLocaleString("en")})`}
        </h2>
        {deadCount > 1 && (
          <Button
            kind="text"
            busy={busy}
            onClick={() => {
              heading.current?.focus();
              void alone(jobs.retryAll);
            }}
          >
            Retry all
          </Button>
        )}
      </div>
      {deadCount === 0 ? (
        <p>Nothing. What fails again and again would be listed here, with the reason.</p>
      ) : (
        <>
          <p>These failed again and again. The files themselves are untouched: discarding only takes them off this list.</p>
          <ul className="jobs-dead">
            {dead.map((job) => (
              <Row key={job.id} job={job} now={now} jobs={jobs} onGone={(event) => focusNext(event, heading.current)} />
            ))}
          </ul>
          {more && (
            <Button kind="outline" busy={busy} onClick={() => void alone(jobs.showMore)}>
              Show more
            </Button>
          )}
        </>
      )}
    </div>
  );
}

type RowProps = { job: DeadJob; now: number; jobs: Jobs; onGone: (event: MouseEvent) => void };

function Row({ job, now, jobs, onGone }: RowProps) {
  const title = job.subject ?? deadTitle(job.kind);
  return (
    <li className="jobs-row">
      <div className="jobs-about">
        <span className="settings-group-title">{title}</span>
        <span className="jobs-reason">{job.reason}</span>
        <span className="jobs-state">
          {job.subject !== null && `${deadTitle(job.kind)}. `}
          {triesText(job.attempts, job.diedAt, now)}
        </span>
        {job.key !== null && <code>{job.key}</code>}
      </div>
      <Button
        kind="text"
        aria-label={`Retry ${title}`}
        onClick={(event) => {
          onGone(event);
          void jobs.retry(job, title);
        }}
      >
        Retry
      </Button>
      <IconButton
        icon={mdiDeleteOutline}
        label={`Discard ${title}`}
        onClick={(event) => {
          onGone(event);
          discard(job.id, title);
        }}
      />
    </li>
  );
}

/** The row is about to go: the keyboard goes on at the same button of the next one, or the one before, else at the heading. */
function focusNext({ currentTarget }: MouseEvent, heading: HTMLElement | null): void {
  const row = currentTarget.closest("li");
  const at = [...(row?.querySelectorAll("button") ?? [])].findIndex((button) => button === currentTarget);
  const other = row?.nextElementSibling ?? row?.previousElementSibling;
  const next = other?.querySelectorAll("button")[at] ?? heading;
  next?.focus();
}
