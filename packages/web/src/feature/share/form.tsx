import type { ReactNode } from "react";
import type { NewLink } from "../../lib/share-api.ts";
import { Field } from "../../ui/field.tsx";
import type { What } from "./share.ts";

/** What is chosen in the dialog, as its fields hold it. */
export type Draft = {
  slug: string;
  password: string;
  expiresAt: string;
  download: boolean;
  originals: boolean;
  upload: boolean;
  uploadGb: string;
  uploadCount: string;
  hide: boolean;
  frames: string;
  budgetGb: string;
};

/** Place and camera are hidden until somebody says otherwise. */
export const FRESH: Draft = {
  slug: "",
  password: "",
  expiresAt: "",
  download: true,
  originals: true,
  upload: false,
  uploadGb: "5",
  uploadCount: "500",
  hide: true,
  frames: "",
  budgetGb: "",
};

const GB = 1e9;

/** What the server is asked for. A day is meant with its evening. */
export function requestOf(what: What, draft: Draft): NewLink {
  return {
    ...(what.kind === "album" ? { albumId: what.id } : { assetIds: [...what.ids] }),
    ...(draft.slug !== "" && { slug: draft.slug }),
    ...(draft.password !== "" && { password: draft.password }),
    ...(draft.expiresAt !== "" && { expiresAt: new Date(`${draft.expiresAt}T23:59:59`).toISOString() }),
    ...(draft.upload && { uploadLimitBytes: Math.round(Number(draft.uploadGb) * GB), uploadLimitCount: Number(draft.uploadCount) }),
    ...(draft.budgetGb !== "" && { budgetBytes: Math.round(Number(draft.budgetGb) * GB) }),
    allowDownload: draft.download,
    allowOriginals: draft.download && draft.originals,
    allowUpload: draft.upload,
    hideMetadata: draft.hide,
    frameOrigins: draft.frames.split(/[\s,]+/u).filter((origin) => origin !== ""),
  };
}

type Props = { draft: Draft; fault: { field: string; message: string } | undefined; onChange: (change: Partial<Draft>) => void };

/** The choices; what is seldom wanted is behind More. */
export function Form({ draft, fault, onChange }: Props) {
  const faultOf = (...fields: string[]) => (fault && fields.includes(fault.field) ? fault.message : undefined);
  return (
    <div className="share-form">
      <Check label="Allow download" checked={draft.download} onChange={(download) => onChange({ download })} />
      {draft.download && (
        <Check label="Originals, not only large previews" checked={draft.originals} onChange={(originals) => onChange({ originals })} />
      )}
      <Check label="Hide location and camera" checked={draft.hide} onChange={(hide) => onChange({ hide })}>
        Times and file names too, also in what is downloaded.
      </Check>
      <Check label="Let guests send photos" checked={draft.upload} onChange={(upload) => onChange({ upload })}>
        They wait under Sharing until you accept them.
      </Check>
      {draft.upload && (
        <div className="share-pair">
          <Field
            label="At most, in GB"
            type="number"
            min="0.1"
            step="any"
            value={draft.uploadGb}
            error={faultOf("uploadLimitBytes")}
            onChange={(event) => onChange({ uploadGb: event.target.value })}
          />
          <Field
            label="Photos and videos"
            type="number"
            min="1"
            value={draft.uploadCount}
            error={faultOf("uploadLimitCount")}
            onChange={(event) => onChange({ uploadCount: event.target.value })}
          />
        </div>
      )}
      <Field
        label="Password"
        type="password"
        autoComplete="new-password"
        value={draft.password}
        hint="Optional; at least 8 characters"
        error={faultOf("password")}
        onChange={(event) => onChange({ password: event.target.value })}
      />
      <Field
        label="Last day"
        type="date"
        value={draft.expiresAt}
        hint="Optional"
        error={faultOf("expiresAt")}
        onChange={(event) => onChange({ expiresAt: event.target.value })}
      />
      <details className="share-more" open={faultOf("slug", "frameOrigins", "budgetBytes") ? true : undefined}>
        <summary>More</summary>
        <Field
          label="A name in place of a random address"
          placeholder="summer-2026"
          value={draft.slug}
          hint="Can be guessed, so it needs a password"
          error={faultOf("slug")}
          onChange={(event) => onChange({ slug: event.target.value.trim().toLowerCase() })}
        />
        <Field
          label="Pages that may show it in a frame"
          placeholder="https://blog.example.org"
          value={draft.frames}
          hint="Only without a password"
          error={faultOf("frameOrigins")}
          onChange={(event) => onChange({ frames: event.target.value })}
        />
        <Field
          label="At most fetched in a month, in GB"
          type="number"
          min="0"
          step="any"
          value={draft.budgetGb}
          hint="Then it is closed until the next month"
          error={faultOf("budgetBytes")}
          onChange={(event) => onChange({ budgetGb: event.target.value })}
        />
      </details>
    </div>
  );
}

type CheckProps = { label: string; checked: boolean; onChange: (checked: boolean) => void; children?: ReactNode };

function Check({ label, checked, onChange, children }: CheckProps) {
  return (
    <label className="share-check">
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.target.checked)} />
      <span>
        {label}
        {children !== undefined && <small>{children}</small>}
      </span>
    </label>
  );
}
