import { mdiAlertCircle, mdiEye, mdiEyeOff } from "@mdi/js";
import { type ComponentProps, type ReactNode, useId, useState } from "react";
import { IconButton } from "./button.tsx";
import { Icon } from "./icon.tsx";
import "./field.css";

type Props = ComponentProps<"input"> & {
  label: string;
  hint?: ReactNode;
  /** What is wrong and how to put it right; shown under the field in place of the hint. */
  error?: string | undefined;
};

/** A labelled text field with its hint or its error. A password can be shown. */
export function Field({ label, hint, error, type = "text", ...rest }: Props) {
  const id = useId();
  const [shown, setShown] = useState(false);
  const secret = type === "password";
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <div className="field-box">
        <input
          {...rest}
          id={id}
          type={secret && shown ? "text" : type}
          aria-invalid={error !== undefined}
          aria-describedby={(error ?? hint) === undefined ? undefined : `${id}-note`}
        />
        {secret && (
          <IconButton
            icon={shown ? mdiEyeOff : mdiEye}
            label={shown ? "Hide the password" : "Show the password"}
            aria-pressed={shown}
            onClick={() => setShown(!shown)}
          />
        )}
      </div>
      {(error ?? hint) !== undefined && (
        <div id={`${id}-note`} className={error ? "field-error" : "field-hint"}>
          {error && <Icon path={mdiAlertCircle} size={16} />}
          {error ?? hint}
        </div>
      )}
    </div>
  );
}
