import { flushSync } from "react-dom";
import { messageOf, Problem } from "./http.ts";

/** The text that was typed into a field of a form; empty when there is no such field, or it holds a file. */
export function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value : "";
}

/** What is wrong, as a sentence, and with which field; without a name it is none of them. */
export type Fault = { field: string; message: string };

/** What the server found wrong. Where it names the field before what is wrong with it, as for a program, that alone is told. */
export function faultOf(error: unknown): Fault {
  const { field, errors } = error instanceof Problem ? error.extra : {};
  const list: readonly unknown[] = Array.isArray(errors) ? errors : [];
  const first = list[0] ?? null;
  const detail = first !== null && typeof first === "object" && "detail" in first ? first.detail : undefined;
  return {
    // One of several that a field holds, such as `frameOrigins.2`, is that field.
    field: typeof field === "string" ? (field.split(".")[0] ?? "") : "",
    message: typeof detail === "string" && detail !== "" ? `${detail.charAt(0).toUpperCase()}${detail.slice(1)}.` : messageOf(error),
  };
}

/** Shows errors, by `set`, and leads the keyboard to the first field that has one. */
export function report(form: HTMLElement, set: () => void): void {
  flushSync(set);
  form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
}
