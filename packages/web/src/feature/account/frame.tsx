import type { ReactNode } from "react";
import { useTitle } from "../../lib/title.ts";
import "./account.css";

/** The quiet page around sign-in and set-up: mark, title, one sentence, form. */
export function Frame({ title, lead, children }: { title: string; lead: string; children: ReactNode }) {
  useTitle(title);
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

/** The errors but that of the field that is being put right, and but those of the form as a whole. */
export function without<T extends object>(errors: T, field: EventTarget): Partial<T> {
  const name = field instanceof HTMLInputElement ? field.name : "";
  const left: Partial<T> = { ...errors };
  for (const key of [name, "form"]) Reflect.deleteProperty(left, key);
  return left;
}
