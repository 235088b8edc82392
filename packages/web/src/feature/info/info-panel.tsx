import { displayName } from "@tintype/core/asset";
import {
  mdiAccountOutline,
  mdiAlertCircleOutline,
  mdiBookmarkOutline,
  mdiCalendarBlank,
  mdiCamera,
  mdiCameraIris,
  mdiClose,
  mdiDatabase,
  mdiFile,
  mdiImage,
  mdiMapMarker,
  mdiTimerSand,
  mdiVideo,
} from "@mdi/js";
import { Fragment, useState } from "react";
import { momentName } from "../../lib/dates.ts";
import { counted } from "../../lib/format.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { Copy } from "../../ui/copy.tsx";
import { endText } from "../mark/words.ts";
import { direct } from "../share/share.ts";
import { hasOriginal, type Detail, type Details } from "../viewer/detail.ts";
import type { Entry } from "../viewer/sequence.ts";
import { useDetail } from "../viewer/use-detail.ts";
import { cameraText, dateSourceText, exposureText, fileText, keyParts, positionText, troubleText, zoneText } from "./describe.ts";
import { AlbumsRow } from "./albums-row.tsx";
import { Row } from "./row.tsx";
import { Stars } from "./stars.tsx";
import "./info-panel.css";

const EMPTYING = "Restore it to keep it.";
const KIND_ICON = { photo: mdiImage, video: mdiVideo, raw: mdiCameraIris, sidecar: mdiFile, other: mdiFile };

type Props = {
  entry: Entry;
  details: Details;
  /** Another one: something was done to the photo. */
  version: number;
  /** Undefined where photos are not rated. */
  onRate: ((rating: number | null) => Promise<void>) | undefined;
  onClose: () => void;
};

/** What is known of a photo. Fields that are absent are not shown. */
export function InfoPanel({ entry, details, version, onRate, onClose }: Props) {
  const { detail, error } = useDetail(details, entry.item.id, version);

  return (
    <aside className="info" aria-label="Info">
      <header className="info-head">
        <h2>Info</h2>
        <IconButton icon={mdiClose} label="Close info" onClick={onClose} />
      </header>
      {error !== undefined && <p className="info-error">{error}</p>}
      {detail && <Fields detail={detail} href={details.hrefOf(detail.id)} onRate={onRate} />}
    </aside>
  );
}

function Fields({ detail, href, onRate }: { detail: Detail; href: string; onRate: Props["onRate"] }) {
  const [now] = useState(() => Date.now());
  const { exif, latitude, longitude } = detail;
  const camera = cameraText(exif);
  const exposure = exposureText(exif);
  return (
    <>
      {onRate && detail.rating !== undefined && <Stars rating={detail.rating} onRate={onRate} />}
      {detail.trashedAt != null && <Row icon={mdiTimerSand} title={endText(detail.trashedAt, now)} text={EMPTYING} />}
      {detail.description && <p className="info-description">{detail.description}</p>}
      {detail.state === "unprocessable" && (
        <Row icon={mdiAlertCircleOutline} title={troubleText(detail)} text={detail.reason ?? undefined} />
      )}
      {exif.partial === true && <Row icon={mdiAlertCircleOutline} title="Damaged file" text="Only part of the picture can be read." />}
      {detail.localAt !== "" && (
        <Row
          icon={mdiCalendarBlank}
          title={momentName(detail.localAt)}
          text={zoneText(detail.offsetMinutes, detail.zone)}
          more={dateSourceText(detail)}
        />
      )}
      <Row icon={KIND_ICON[detail.kind]} title={displayName(detail.name)} text={fileText(detail)} />
      {(camera ?? exposure) !== undefined && (
        <Row icon={mdiCamera} title={camera ?? exif.lens ?? "Exposure"} text={exposure} more={camera ? exif.lens : undefined} />
      )}
      {latitude !== null && longitude !== null && (
        <Row
          icon={mdiMapMarker}
          title={positionText(latitude, longitude)}
          text={exif.altitude === undefined ? undefined : `${Math.round(exif.altitude)} m above sea level`}
        />
      )}
      {detail.sentBy != null && <Row icon={mdiAccountOutline} title={`Sent by ${detail.sentBy}`} />}
      <AlbumsRow id={detail.id} addedBy={detail.addedBy} />
      {detail.isReference === true && (
        <Row
          icon={mdiBookmarkOutline}
          title="Saved from somebody who shared it"
          text="The original lies with them. Should they delete it, it is copied to you first."
        />
      )}
      {detail.references !== undefined && detail.references > 0 && (
        <Row icon={mdiBookmarkOutline} title={`Saved by ${counted(detail.references, "person", "people")} to their library`} />
      )}
      {hasOriginal(detail) && <Original detail={detail} href={href} />}
    </>
  );
}

/** Where the original is, and the way to have it. */
function Original({ detail: { id, name, key, isReference }, href }: { detail: Detail; href: string }) {
  const path = isReference === true ? undefined : key;
  return (
    <>
      {path !== undefined && (
        <Row icon={mdiDatabase} title="In your storage" action={<Copy label="Copy the path" text={path} />}>
          <code className="info-key">
            {keyParts(path).map(({ at, text }) => (
              <Fragment key={at}>
                {text}
                <wbr />
              </Fragment>
            ))}
          </code>
        </Row>
      )}
      <a className="button button-outline info-download" href={href} download>
        Download original
      </a>
      {key !== undefined && (
        <Button kind="text" className="info-direct" onClick={() => direct.set({ id, name: displayName(name) })}>
          Get a direct link
        </Button>
      )}
    </>
  );
}
