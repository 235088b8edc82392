import type { ReactNode } from "react";
import "./account.css";

/** The quiet page around sign-in and set-up: mark, title, one sentence, form. */
export function Frame({ title, lead, children }: { title: string; lead: string; children: ReactNode }) {
  return (
    <main className="account">
      <div className="account-card">
        <div className="account-brand">
          <img src="/icon.svg" alt="" width={32} height={32} />
          <span>Tintype</span>
        </div>
        <h1>{title}</h1>
        <p className="account-lead">{lead}</p>
        {children}
      </div>
    </main>
  );
}
