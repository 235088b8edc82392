import type { ReactNode } from "react";
import { Icon } from "./icon.tsx";
import "./notice.css";

type Props = { icon: string; title: string; level: 1 | 2; text: string; role?: "alert"; children?: ReactNode };

/** In the middle of an area that has nothing to show: why, and as children what to do. `level` is the heading's. */
export function Notice({ icon, title, level, text, role, children }: Props) {
  const Heading = `h${level}` as const;
  return (
    <section className="notice" role={role}>
      <Icon path={icon} size={48} />
      <Heading>{title}</Heading>
      <p>{text}</p>
      {children}
    </section>
  );
}
