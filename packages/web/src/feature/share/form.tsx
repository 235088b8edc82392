import { type ReactNode, useState } from "react";
import type { Fault } from "../../lib/form.ts";
import { Field } from "../../ui/field.tsx";
import type { Draft } from "./draft.ts";

type Props = {
  draft: Draft;
  /** How the link is so far; undefined for a new one. */
  before?: Draft;
  /** Whether it has a title of its own: photos that were picked by hand. */
  isTitled: boolean;
  fault: Fault | undefined;
  onChange: (change: Partial<Draft>) => void;
};

/** What is decided about a link, a new one or one that is there; what is seldom wanted is behind More. */
export function Form({ draft, before, isTitled, fault, onChange }: Props) {
  const faultOf = (...fields: string[]) => (fault && fields.includes(fault.field) ? fault.message : undefined);
  const [more, setMore] = useState(false);
  const atMore = faultOf("slug", "frameOrigins", "budgetBytes") !== undefined;
  return (
    <div className="share-form">
      {isTitled && (
        <Field
          label="Title"
          placeholder="Shared photos"
          maxLength={200}
          value={draft.title}
          error={faultOf("title")}
          onChange={(event) => onChange({ title: event.target.value })}
        />
      )}
      <Check label="Allow download" checked={draft.download} onChange={(download) => onChange({ download })} />
      {draft.download && (
        <Check label="Originals, not only large previews" checked={draft.originals} onChange={(originals) => onChange({ originals })} />
      )}
      <Check label="Hide location and camera" checked={draft.hide} onChange={(hide) => onChange({ hide })}>
        Times and file names too, also in what is downloaded.
      </Check>
      <Check label="Let guests send photos" checked={draft.upload} onChange={(upload) => onChange({ upload })}>
        They wait until you accept them.
      </Check>
      {draft.upload && <Limits draft={draft} faultOf={faultOf} onChange={onChange} />}
      <Password draft={draft} before={before} error={faultOf("password")} onChange={onChange} />
      <Field
        label="Last day"
        type="date"
        value={draft.expiresAt}
        hint="Optional; without one it works until you revoke it"
        error={faultOf("expiresAt")}
        onChange={(event) => onChange({ expiresAt: event.target.value })}
      />
      <details className="share-more" open={more || atMore} onToggle={(event) => setMore(event.currentTarget.open)}>
        <summary>More</summary>
        {!before && (
          <Field
            label="A name in place of a random address"
            placeholder="summer-2026"
            maxLength={64}
            value={draft.slug}
            hint="Can be guessed, so it needs a password"
            error={faultOf("slug")}
            onChange={(event) => onChange(named(event.target.value, draft))}
          />
        )}
        <Field
          label="Pages that may show it in a frame"
          placeholder="https://blog.example.org"
          value={draft.isProtected ? "" : draft.frames}
          disabled={draft.isProtected}
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

/** With a name of its own a link needs a password, so it is asked for at once. */
function named(text: string, { isProtected }: Draft): Partial<Draft> {
  const slug = text.trim().toLowerCase();
  return { slug, isProtected: isProtected || slug !== "" };
}

type PartProps = Pick<Props, "draft" | "onChange">;

function Limits({ draft, faultOf, onChange }: PartProps & { faultOf: (...fields: string[]) => string | undefined }) {
  return (
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
  );
}

function Password({ draft, before, error, onChange }: PartProps & { before: Draft | undefined; error: string | undefined }) {
  const isKept = before?.isProtected === true;
  const mustHave = draft.slug !== "";
  return (
    <>
      <Check
        label="Ask for a password"
        checked={draft.isProtected}
        disabled={mustHave}
        onChange={(isProtected) => onChange({ isProtected, password: "" })}
      >
        {mustHave ? "A link with a name of its own needs one." : undefined}
      </Check>
      {draft.isProtected && (
        <Field
          label="Password"
          type="password"
          autoComplete="new-password"
          value={draft.password}
          hint={isKept ? "Empty: it stays what it is. Another one locks out who has opened the link." : "At least 8 characters"}
          error={error}
          onChange={(event) => onChange({ password: event.target.value })}
        />
      )}
    </>
  );
}

type CheckProps = {
  label: string;
  checked: boolean;
  disabled?: boolean;
  onChange: (checked: boolean) => void;
  children?: ReactNode;
};

function Check({ label, checked, disabled = false, onChange, children }: CheckProps) {
  return (
    <label className="share-check">
      <input type="checkbox" checked={checked} disabled={disabled} onChange={(event) => onChange(event.target.checked)} />
      <span>
        {label}
        {children !== undefined && <small>{children}</small>}
      </span>
    </label>
  );
}
