import { randomBytes } from "node:crypto";
import { readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { sha256, type Told } from "./told.ts";

/** A photo of its own kind for each call, a small picture with up to 1.5 MB behind it. */
export function freshPhoto(base: Buffer, extra = 1 + Math.floor(Math.random() * 1_500_000)): Buffer {
  return Buffer.concat([base, randomBytes(extra)]);
}

/**
 * What a person does in the folder of the originals while the program is dead: edits one photo in place, renames one, takes one out and puts a
 * new one in. Only photos of `settled` assets are touched; `told` says afterwards what must become true.
 */
export async function editByHand(dataDir: string, base: Buffer, told: Told, settled: readonly string[]): Promise<void> {
  const [edited, renamed, removed] = settled;
  if (edited === undefined || renamed === undefined || removed === undefined) return;
  const originals = await originalsBySum(dataDir);
  const pathOf = (asset: string): string => {
    const path = originals.get(told.assets.get(asset)?.slice(0, 8) ?? "");
    if (path === undefined) throw new Error(`no file for the asset ${asset}`);
    return path;
  };

  const bytes = freshPhoto(base);
  await writeFile(pathOf(edited), bytes);
  told.objects.delete(told.assets.get(edited) ?? "");
  told.assets.set(edited, sha256(bytes));

  const from = pathOf(renamed);
  await rename(from, join(dirname(from), `by hand ${renamed.slice(-6)} ~${told.assets.get(renamed)?.slice(0, 8)}.jpg`));

  const sum = told.assets.get(removed) ?? "";
  await rm(pathOf(removed));
  told.assets.delete(removed);
  told.objects.delete(sum);
  told.removed.add(sum);

  const added = freshPhoto(base);
  await writeFile(join(dirname(from), `put here ${sha256(added).slice(0, 6)}.jpg`), added);
  told.added.add(sha256(added));
}

/** Paths of the originals by the first 8 digits of their sums, which their names carry; an edited file's name carries those of before. */
async function originalsBySum(dataDir: string): Promise<Map<string, string>> {
  const files = await readdir(join(dataDir, "photos", "library"), { recursive: true, withFileTypes: true });
  return new Map(
    files.flatMap((file) => {
      const sum = /~([0-9a-f]{8})\.jpg$/u.exec(file.name)?.[1];
      return sum === undefined ? [] : [[sum, join(file.parentPath, file.name)] as const];
    }),
  );
}
