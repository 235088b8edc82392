import type { ComponentProps } from "react";
import { Icon } from "./icon.tsx";
import "./button.css";

type Props = ComponentProps<"button"> & {
  kind?: "filled" | "outline" | "text";
  icon?: string;
  /** True while what it started is under way: it keeps its width and takes no clicks. */
  busy?: boolean;
};

export function Button({ kind = "filled", icon, busy = false, className = "", children, ...rest }: Props) {
  return (
    <button type="button" {...rest} className={`button button-${kind} ${className}`} aria-busy={busy} disabled={busy || rest.disabled}>
      {icon && <Icon path={icon} />}
      {children && <span className="button-label">{children}</span>}
      {busy && <span className="button-busy" aria-hidden="true" />}
    </button>
  );
}

/** A round button that shows only an icon; `label` is its name and its tooltip. */
export function IconButton({ icon, label, className = "", ...rest }: ComponentProps<"button"> & { icon: string; label: string }) {
  return (
    <button type="button" title={label} {...rest} aria-label={label} className={`icon-button ${className}`}>
      <Icon path={icon} size={22} />
    </button>
  );
}
