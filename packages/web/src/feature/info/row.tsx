import type { ReactNode } from "react";
import { Icon } from "../../ui/icon.tsx";

type RowProps = {
  icon: string;
  title: string;
  text?: string | undefined;
  more?: string | undefined;
  action?: ReactNode;
  children?: ReactNode;
};

/** One thing that is known of a photo. */
export function Row({ icon, title, text, more, action, children }: RowProps) {
  return (
    <div className="info-row">
      <Icon path={icon} />
      <div className="info-text">
        <span>{title}</span>
        {text && <small>{text}</small>}
        {more && <small>{more}</small>}
        {children}
      </div>
      {action}
    </div>
  );
}
