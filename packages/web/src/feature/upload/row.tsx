import { mdiClose, mdiFileOutline, mdiImageOutline, mdiMovieOutline, mdiRefresh } from "@mdi/js";
import { formatBytes } from "../../lib/format.ts";
import { IconButton } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { retryText } from "../../upload/summary.ts";
import type { Row } from "../../upload/view.ts";
import { control } from "./upload.ts";

const ICONS: Record<Row["kind"], string> = {
  photo: mdiImageOutline,
  raw: mdiImageOutline,
  video: mdiMovieOutline,
  sidecar: mdiFileOutline,
  other: mdiFileOutline,
};
const CHIPS: Partial<Record<Row["state"], string>> = { duplicate: "Duplicate", retrying: "Retrying", failed: "Failed" };

/** A file that is being sent, or about which there is something to say, unless the tray has told it of all. */
export function UploadRow({ row, now, halted, isTold }: { row: Row; now: number; halted: boolean; isTold: boolean }) {
  const { key, name, state, previewUrl } = row;
  const chip = CHIPS[state];
  return (
    <li className="tray-row">
      {previewUrl ? <img src={previewUrl} alt="" /> : <Icon path={ICONS[row.kind]} />}
      <div className="tray-file">
        <span className="tray-name" title={name}>
          {name}
        </span>
        <span className="tray-note">{isTold ? formatBytes(row.bytes) : noteOf(row, now, halted)}</span>
      </div>
      {chip && <span className={`tray-chip tray-chip-${state}`}>{chip}</span>}
      {row.canRetry && <IconButton icon={mdiRefresh} label={`Try ${name} again`} onClick={() => void control((each) => each.retry(key))} />}
      {state !== "duplicate" && (
        <IconButton
          icon={mdiClose}
          className={state === "failed" ? "" : "tray-cancel"}
          label={state === "failed" ? `Leave ${name} out` : `Do not upload ${name}`}
          onClick={() => void control((each) => each.cancel(key))}
        />
      )}
    </li>
  );
}

/** While nothing gets through, `halted`, the tray says once why; the rows need not. */
function noteOf({ state, bytes, progress, reason, retryAt }: Row, now: number, halted: boolean): string {
  const size = formatBytes(bytes);
  if (state === "duplicate") return "Already in your library";
  if (state === "failed") return reason ?? "It could not be uploaded.";
  if (state === "retrying" && halted) return `${size} · waiting`;
  if (state === "retrying") return `${reason ?? ""} ${retryText(retryAt ?? 0, now)}`.trim();
  if (state === "hashing") return `${size} · reading`;
  return progress < 1 ? `${size} · ${Math.floor(progress * 100)} %` : `${size} · finishing`;
}
