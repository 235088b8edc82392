const BASES: Readonly<Record<string, string>> = { video: "video", sidecar: "file", other: "file" };

/** What a file is called where its own name is not told; with `number`, its place in a list. */
export function neutralName(kind: string, number?: number, extension?: string): string {
  const base = BASES[kind] ?? "photo";
  const numbered = number === undefined ? base : `${base}-${String(number).padStart(4, "0")}`;
  return extension === undefined ? numbered : `${numbered}.${extension}`;
}
