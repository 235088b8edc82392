import { mdiAlertCircleOutline, mdiCheck, mdiHelp, mdiMinus } from "@mdi/js";
import { useEffect, useState } from "react";
import { Link } from "wouter";
import { agoText } from "../../lib/ago.ts";
import type { StorageFacts } from "../../lib/api.ts";
import { counted, formatBytes } from "../../lib/format.ts";
import { DOCTOR } from "../../lib/places.ts";
import { useStore } from "../../lib/store.ts";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Cost } from "./cost.tsx";
import { Lines } from "./lines.tsx";
import { createStorage, type Seen, type Storage } from "./storage.ts";
import { checkMeaning, checkTitle, costText, stateTitle, sweepText, uploadsText } from "./storage-words.ts";
import "./storage.css";

type Capabilities = NonNullable<StorageFacts["capabilities"]>;

/** Where the photos are, what the store can do and how it was set up, and the look through all of it. */
export function StoragePage() {
  const [storage] = useState(createStorage);
  useEffect(() => storage.start(), [storage]);
  const facts = useStore(storage.facts);
  const failure = useStore(storage.failure);
  return (
    <>
      {failure !== undefined && (
        <p className="settings-alert" role="alert">
          {failure}
        </p>
      )}
      {facts && (
        <>
          <Place facts={facts} />
          <Cost />
          {facts.place.folder === null && <Doctor />}
          {facts.place.folder === null && <Check facts={facts} storage={storage} />}
          <Sweep facts={facts} storage={storage} />
        </>
      )}
    </>
  );
}

function Place({ facts: { place, assets, bytes, capabilities } }: { facts: Seen }) {
  const { bucket, endpoint, publicEndpoint, folder } = place;
  const rows: [string, string, isCode?: boolean][] = [
    ["In it", `${counted(assets, "file")}, ${formatBytes(bytes)}`],
    ...(folder === null ? [] : [["Folder", folder, true] as [string, string, boolean]]),
    ["Bucket", bucket, true],
    ["Address", endpoint, true],
    ...(publicEndpoint === endpoint ? [] : [["Address for browsers", publicEndpoint, true] as [string, string, boolean]]),
    ...(capabilities?.server ? [["Software", capabilities.server] as [string, string]] : []),
    ...(capabilities ? [["Uploads", uploadsText(capabilities)] as [string, string]] : []),
  ];
  return (
    <dl className="settings-facts">
      {rows.map(([name, value, isCode]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{isCode ? <code>{value}</code> : value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Check({ facts: { capabilities, check, now }, storage }: { facts: Seen; storage: Storage }) {
  const isOpen = (each: Capabilities["checks"][number]): boolean => each.answer !== "yes";
  return (
    <div className="settings-group">
      <div className="settings-group-head">
        <h2>What it can do</h2>
        <Button kind="text" busy={check.isUnderWay && check.reason === null} onClick={() => void storage.check()}>
          Check again
        </Button>
      </div>
      <p>
        {capabilities ? `Checked ${agoText(capabilities.checkedAt, now)}.` : "It has not been checked yet."}
        {check.reason !== null && ` The next check is put off: ${check.reason}`}
      </p>
      {capabilities && (
        <>
          {capabilities.checks.some(isOpen) && (
            <ul className="storage-list">
              {capabilities.checks.filter(isOpen).map((each) => (
                <li key={each.name} className="storage-row" data-is={each.answer}>
                  <Icon path={each.answer === "no" ? mdiMinus : mdiHelp} />
                  <div>
                    <span className="settings-group-title">
                      {checkTitle(each)}: {each.answer === "no" ? "no" : "not known"}
                    </span>
                    <span>{checkMeaning(each)}</span>
                    <small>{each.detail}</small>
                  </div>
                </li>
              ))}
            </ul>
          )}
          <ul className="storage-good">
            {capabilities.checks
              .filter((each) => !isOpen(each))
              .map((each) => (
                <li key={each.name} title={each.detail}>
                  <Icon path={mdiCheck} />
                  {checkTitle(each)}
                </li>
              ))}
          </ul>
          {capabilities.setUp.length > 0 && <SetUp setUp={capabilities.setUp} />}
        </>
      )}
    </div>
  );
}

const STATE_ICONS = { done: mdiCheck, "not offered": mdiMinus, denied: mdiAlertCircleOutline, needs: mdiAlertCircleOutline };

function SetUp({ setUp }: Pick<Capabilities, "setUp">) {
  return (
    <>
      <h2 className="storage-second">How it is set up</h2>
      <ul className="storage-list">
        {setUp.map((each) => (
          <li key={each.name} className="storage-row" data-is={each.state}>
            <Icon path={STATE_ICONS[each.state]} />
            <div>
              <span className="settings-group-title">{each.title}</span>
              <span>
                {each.state !== "done" && `${stateTitle(each)}. `}
                {each.detail}
              </span>
              <Lines lines={each.lines} title={each.title} />
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}

function Sweep({ facts, storage }: { facts: Seen; storage: Storage }) {
  const { sweep, assets } = facts;
  const text = sweepText(facts, facts.now);
  return (
    <div className="settings-group">
      <h2>Look through everything</h2>
      <p>Finds what other tools have put there, changed or removed, even where the storage told nobody of it.</p>
      <p role="status">{text}</p>
      {sweep.isUnderWay && sweep.seen > 0 && (
        <progress className="storage-progress" max={assets} value={sweep.seen} aria-label="Looked through" />
      )}
      <Button kind="outline" busy={sweep.isUnderWay && sweep.reason === null} onClick={() => void storage.sweep()}>
        Look through everything now · {costText(facts)}
      </Button>
    </div>
  );
}

function Doctor() {
  return (
    <div className="settings-group">
      <h2>When something does not work</h2>
      <p>
        The doctor tries every way between this browser, Tintype, its storage and its database, and says what is wrong and what mends it.
      </p>
      <Link className="button button-outline" href={DOCTOR}>
        Ask the doctor
      </Link>
    </div>
  );
}
