import { variantOf } from "./path.ts";

/**
 * For file systems that take names which differ only in case or in Unicode form for the same: keeps who has which name, so that the
 * second key gets a variant of its path (`b%-.jpg`) instead of the first one's file.
 */
export type Fold = {
  /** A path at which no other spelling stands, for `path`; it counts as taken until `release`. */
  reserve(path: string): string;
  release(path: string): void;
};

type Name = { spelling: string; uses: number };

export function createFold(): Fold {
  const names = new Map<string, Name>();

  function reserve(path: string): string {
    let free = path;
    const depth = path.split("/").length;
    for (let level = 0; level < depth; level++) {
      for (;;) {
        const spelling = prefix(free, level);
        const taken = names.get(fold(spelling));
        if (!taken || taken.spelling === spelling) break;
        free = variantOf(free, level);
      }
    }
    for (let level = 0; level < depth; level++) {
      const spelling = prefix(free, level);
      const name = names.get(fold(spelling)) ?? { spelling, uses: 0 };
      name.uses++;
      names.set(fold(spelling), name);
    }
    return free;
  }

  function release(path: string): void {
    for (let level = path.split("/").length - 1; level >= 0; level--) {
      const folded = fold(prefix(path, level));
      const name = names.get(folded);
      if (!name) continue;
      name.uses--;
      if (name.uses === 0) names.delete(folded);
    }
  }

  return { reserve, release };
}

function prefix(path: string, level: number): string {
  return path
    .split("/")
    .slice(0, level + 1)
    .join("/");
}

function fold(name: string): string {
  return name.normalize("NFC").toUpperCase().toLowerCase();
}
