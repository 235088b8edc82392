/** The `code` of a system or driver error, for example `ENOENT`; an empty string when it has none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}
