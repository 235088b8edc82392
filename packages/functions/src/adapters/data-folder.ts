import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { access, constants, mkdir, open, readFile, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";
import { AppError, jsonIn } from "@tintype/core/kernel";
import { z } from "zod";

const Secrets = z.object({
  s3AccessKeyId: z.string().min(16),
  s3SecretAccessKey: z.string().min(32),
  authSecret: z.string().min(32),
});

export type Secrets = z.infer<typeof Secrets>;

/** The folder that holds a laptop library: `photos/` is the bucket, `.tintype/` (`inner`) everything of ours but the storage's lock beside it. */
export type DataFolder = { dir: string; inner: string };

/** Whether a library lies there already. */
export function isDataFolder(path: string): boolean {
  return existsSync(join(path, ".tintype"));
}

/**
 * Opens the data folder, making it (but not its parent: that may be a disk that is not mounted) on first use.
 * Throws AppError `invalid` with what to do when it is missing, read-only, or inside `programDir`.
 */
export async function openDataFolder(path: string, programDir: string): Promise<DataFolder> {
  await refuseInside(path, await realpath(programDir));
  await make(path);
  const dir = await realpath(path);
  const inner = join(dir, ".tintype");
  try {
    await mkdir(inner, { recursive: true, mode: 0o700 });
    await access(inner, constants.W_OK);
    return { dir, inner };
  } catch (cause) {
    throw new AppError(
      "invalid",
      `The data folder ${dir} cannot be written to (${code(cause)}). Give yourself write access or set DATA_DIR to another folder.`,
      { cause },
    );
  }
}

/** Also of a folder that is not there yet, so that nothing is made where nothing belongs. */
async function refuseInside(path: string, programDir: string): Promise<void> {
  const above = async (): Promise<string> => join(await realpath(dirname(path)), basename(path));
  const dir = await realpath(path)
    .catch(above)
    .catch(() => path);
  if (!`${dir}${sep}`.startsWith(`${programDir}${sep}`)) return;
  throw new AppError(
    "invalid",
    `DATA_DIR ${dir} lies inside the program's own folder, where an update could delete it. Choose a folder elsewhere.`,
  );
}

async function make(path: string): Promise<void> {
  const there = await stat(path).catch(() => undefined);
  if (there?.isDirectory()) return;
  if (there) throw new AppError("invalid", `DATA_DIR ${path} is a file. Set it to a folder.`);
  const parent = await stat(dirname(path)).catch(() => undefined);
  if (!parent?.isDirectory()) {
    throw new AppError(
      "invalid",
      `The folder ${dirname(path)} does not exist. Create it, connect the disk that it is on, or set DATA_DIR to another folder.`,
    );
  }
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (cause) {
    throw new AppError(
      "invalid",
      `The data folder ${path} could not be made (${code(cause)}). Set DATA_DIR to a folder that you may write to.`,
      { cause },
    );
  }
}

/**
 * The installation's secrets, made on first use. Only for who holds the folder's lock, or two first starts could make them at once.
 * Throws AppError `invalid` with what to do when they are damaged.
 */
export async function openSecrets({ inner }: DataFolder): Promise<Secrets> {
  const path = join(inner, "secrets.json");
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    if (code(cause) === "ENOENT") return undefined;
    throw cause;
  });
  if (text === undefined) return writeSecrets(path);
  const parsed = Secrets.safeParse(jsonIn(text));
  if (parsed.success) return parsed.data;
  throw new AppError(
    "invalid",
    `${path} is damaged. Put back a copy of it, or delete it: new secrets are made and everyone signs in again.`,
  );
}

async function writeSecrets(path: string): Promise<Secrets> {
  const secrets: Secrets = {
    s3AccessKeyId: randomBytes(10).toString("hex").toUpperCase(),
    s3SecretAccessKey: randomBytes(30).toString("base64url"),
    authSecret: randomBytes(32).toString("base64url"),
  };
  const temp = `${path}.${process.pid}.tmp`;
  try {
    const file = await open(temp, "wx", 0o600);
    try {
      await file.writeFile(`${JSON.stringify(secrets, null, 2)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temp, path);
  } finally {
    await rm(temp, { force: true });
  }
  return secrets;
}

function code(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
