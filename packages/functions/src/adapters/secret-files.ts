import { randomBytes } from "node:crypto";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { AppError } from "@tintype/core/kernel";
import { codeOf } from "./error-code.ts";

/** A folder of files that only their owner reads; each is there whole or not at all, also after a power cut. */
export type SecretFiles = {
  /** The value of the file NAME; where there is none, what `make` gives is written first. A value that is there stays for ever. */
  keep: (name: string, make: () => string) => Promise<string>;
  /** Writes what is made of such values, where it is not so already. */
  put: (name: string, text: string) => Promise<void>;
};

/** Opens the folder `dir`, making it when it is not there. Throws AppError `invalid` when it cannot be written to. */
export function openSecretFiles(dir: string): SecretFiles {
  const read = (name: string): Promise<string | undefined> =>
    readFile(join(dir, name), "utf8").catch((error: unknown) => {
      if (codeOf(error) === "ENOENT") return undefined;
      throw unusable(join(dir, name), error);
    });
  const put = async (name: string, text: string): Promise<void> => {
    if ((await read(name)) === text) return;
    await write(join(dir, name), text).catch((error: unknown) => {
      throw unusable(join(dir, name), error);
    });
  };
  const keep = async (name: string, make: () => string): Promise<string> => {
    const kept = (await read(name))?.trim();
    // A value of which a power cut left nothing cannot be had back by making another one.
    if (kept === "") throw new AppError("invalid", `${join(dir, name)} is empty. Put back a copy of it.`);
    if (kept !== undefined) return kept;
    const value = make();
    await put(name, `${value}\n`);
    return value;
  };
  return { keep, put };
}

/** `bytes` random bytes as hexadecimal digits: a word to every shell, URL and configuration file. */
export function randomHex(bytes: number): string {
  return randomBytes(bytes).toString("hex");
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temp = `${path}.${process.pid}.tmp`;
  try {
    const file = await open(temp, "wx", 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temp, path);
    const folder = await open(dirname(path));
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  } finally {
    await rm(temp, { force: true });
  }
}

function unusable(path: string, cause: unknown): AppError {
  return new AppError("invalid", `${path} cannot be used (${codeOf(cause)}). Give the user of this process write access to its folder.`, {
    cause,
  });
}
