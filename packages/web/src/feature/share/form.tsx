import { useState } from "react";
import type { Fault } from "../../lib/form.ts";
import { Field } from "../../ui/field.tsx";
import { NewPassword } from "../../ui/new-password.tsx";
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
  const part = { draft, onChange };
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
      <Check name="download" label="Allow download" {...part} />
      {draft.download && <Check name="originals" label="Originals, not only large previews" {...part} />}
      <Check name="hide" label="Hide location and camera" note="Times and file names too, also in what is downloaded." {...part} />
      <Check name="upload" label="Let guests send photos" note="They wait until you accept them." {...part} />
      {draft.upload && <Limits {...part} faultOf={faultOf} />}
      <Password {...part} before={before} error={faultOf("password")} />
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
          inputMode="decimal"
          autoComplete="off"
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
        inputMode="decimal"
        autoComplete="off"
        value={draft.uploadGb}
        error={faultOf("uploadLimitBytes")}
        onChange={(event) => onChange({ uploadGb: event.target.value })}
      />
      <Field
        label="Photos and videos"
        inputMode="numeric"
        autoComplete="off"
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
        name="isProtected"
        label="Ask for a password"
        note={mustHave ? "A link with a name of its own needs one." : undefined}
        disabled={mustHave}
        draft={draft}
        onChange={(change) => onChange({ ...change, password: "" })}
      />
      {draft.isProtected && (
        <NewPassword
          value={draft.password}
          hint={isKept ? "Empty: it stays what it is. Another one locks out who has opened the link." : "At least 8 characters"}
          error={error}
          onChange={(event) => onChange({ password: event.target.value })}
        />
      )}
    </>
  );
}

type CheckProps = PartProps & {
  /** What of the link is on or off by it. */
  name: "download" | "originals" | "hide" | "upload" | "isProtected";
  label: string;
  note?: string | undefined;
  disabled?: boolean;
};

function Check({ draft, name, label, note, disabled = false, onChange }: CheckProps) {
  return (
    <label className="share-check">
      <input type="checkbox" checked={draft[name]} disabled={disabled} onChange={(event) => onChange({ [name]: event.target.checked })} />
      <span>
        {label}
        {note !== undefined && <small>{note}</small>}
      </span>
    </label>
  );
}
