import { mdiAlertCircleOutline, mdiCheck, mdiCheckCircleOutline, mdiHelp } from "@mdi/js";
import { useEffect, useState } from "react";
import type { Diagnosis } from "../../lib/api.ts";
import { useStore } from "../../lib/store.ts";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { createDoctor, type Examination } from "./doctor.ts";
import { checkWord, wordsOf } from "./doctor-words.ts";
import { Lines } from "./lines.tsx";
import "./doctor.css";

/** Finds out what is wrong between this browser, Tintype, its store and its database: once when it is opened, and when asked. */
export function DoctorPage() {
  const [doctor] = useState(createDoctor);
  useEffect(() => doctor.start(), [doctor]);
  const examination = useStore(doctor.examination);
  return (
    <>
      <Sum examination={examination} examine={doctor.examine} />
      {examination.step === "done" && (
        <>
          {examination.findings.length > 0 && (
            <ul className="doctor-findings">
              {examination.findings.map((finding, i) => (
                // oxlint-disable-next-line react/no-array-index-key -- one cause may be found at two places
                <Finding key={`${finding.code}-${i}`} finding={finding} />
              ))}
            </ul>
          )}
          <Checks checks={examination.checks} />
        </>
      )}
    </>
  );
}

function Sum({ examination, examine }: { examination: Examination; examine: () => Promise<void> }) {
  const { step } = examination;
  const { title, text } = wordsOf(examination);
  const isBusy = step === "browser" || step === "server";
  const isWell = step === "done" && examination.findings.length === 0 && examination.checks.every(({ state }) => state !== "failed");
  return (
    <div className="settings-group">
      <div className="settings-group-head">
        <h2 className="doctor-title">
          {isWell && <Icon path={mdiCheckCircleOutline} />}
          {title}
        </h2>
        {step === "old" && (
          <Button kind="text" onClick={() => location.reload()}>
            Load it again
          </Button>
        )}
        {step !== "nothing" && step !== "old" && (
          <Button kind="text" busy={isBusy} onClick={() => void examine()}>
            Examine again
          </Button>
        )}
      </div>
      <p role="status" className={step === "failed" ? "settings-alert" : ""}>
        <span className="hidden">{title}. </span>
        {text}
      </p>
      {step === "failed" && (
        <p>
          Where this page gets no answer, the command <code>tintype doctor</code> gives one.
        </p>
      )}
      {isBusy && <div className="doctor-progress" role="progressbar" aria-label="Examining" />}
    </div>
  );
}

function Finding({ finding: { code, title, cause, fix, lines, evidence } }: { finding: Diagnosis["findings"][number] }) {
  return (
    <li data-code={code}>
      <Icon path={mdiAlertCircleOutline} />
      <div>
        <h3>{title}</h3>
        <p>{cause}</p>
        <p className="doctor-fix">{fix}</p>
        <Lines lines={lines} title={title} />
        <details>
          <summary>What was seen</summary>
          <ul>
            {evidence.map((seen) => (
              <li key={seen}>{seen}</li>
            ))}
          </ul>
        </details>
      </div>
    </li>
  );
}

const ICONS = { ok: mdiCheck, failed: mdiAlertCircleOutline, unknown: mdiHelp };

function Checks({ checks }: Pick<Diagnosis, "checks">) {
  return (
    <div className="settings-group">
      <h2>What was tried</h2>
      <ul className="doctor-checks">
        {checks.map((check) => (
          <li key={check.name} data-is={check.state}>
            <Icon path={ICONS[check.state]} />
            <span>
              <span className="hidden">{checkWord(check)}</span>
              {check.name}
            </span>
            <small>{check.detail}</small>
          </li>
        ))}
      </ul>
    </div>
  );
}
