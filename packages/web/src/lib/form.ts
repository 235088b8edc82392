/** The text that was typed into a field of a form; empty when there is no such field, or it holds a file. */
export function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value : "";
}
