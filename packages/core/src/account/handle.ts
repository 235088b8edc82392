import { handleFrom } from "#storage";

const LONGEST = 32;

/** The first of `anna`, `anna-2`, `anna-3`, … that is not taken: a person's folder name, at most 32 characters. */
export function freeHandle(name: string, taken: ReadonlySet<string>): string {
  const base = handleFrom(name);
  if (!taken.has(base)) return base;
  for (let number = 2; ; number++) {
    const suffix = `-${number}`;
    const handle =
      [...base]
        .slice(0, LONGEST - suffix.length)
        .join("")
        .replace(/-+$/u, "") + suffix;
    if (!taken.has(handle)) return handle;
  }
}
