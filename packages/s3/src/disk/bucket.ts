import { readFileSync } from "node:fs";
import { open, rename } from "node:fs/promises";
import { dirname } from "node:path";
import type { CorsRule } from "../cors.ts";
import type { NotificationRule } from "../notification.ts";
import { syncFolder } from "./durable.ts";

/** What is kept of a bucket beside its objects. Times are ISO 8601. */
export type BucketSetting = { createdAt: string; cors?: CorsRule[]; notification?: NotificationRule[]; tags?: [string, string][] };

export type BucketSettings = {
  get(bucket: string): BucketSetting | undefined;
  /** Durable when it resolves. */
  set(bucket: string, setting: BucketSetting | undefined): Promise<void>;
};

/** One small JSON file, replaced as a whole at each change. A damaged one is an error: rules of access are not to be guessed. */
export function openSettings(path: string): BucketSettings {
  const settings = new Map(Object.entries(read(path)));
  let saving: Promise<void> = Promise.resolve();

  async function save(): Promise<void> {
    const file = await open(`${path}.new`, "w");
    try {
      await file.writeFile(JSON.stringify(Object.fromEntries(settings), undefined, 2));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${path}.new`, path);
    await syncFolder(dirname(path));
  }

  return {
    get: (bucket) => settings.get(bucket),
    set(bucket, setting) {
      if (setting) settings.set(bucket, setting);
      else settings.delete(bucket);
      saving = saving.catch(() => undefined).then(save);
      return saving;
    },
  };
}

/** The file is our own: `save` wrote it. */
function read(path: string): Record<string, BucketSetting> {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
    return JSON.parse(readFileSync(path, "utf8")) as Record<string, BucketSetting>;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return {};
    throw new Error(`The settings of the buckets in ${path} cannot be read. Mend or remove that file.`, { cause: error });
  }
}
