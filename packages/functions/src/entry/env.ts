import { homedir } from "node:os";
import { resolve } from "node:path";
import { AppError } from "@tintype/core/kernel";
import { z } from "zod";
import { parseEnv, type Variables } from "../adapters/settings.ts";

const port = (fallback: number) =>
  z.coerce.number("is not a number").int("is not a whole number").min(0).max(65_535, "is above 65535").default(fallback);

const LaptopEnv = z.object({
  PORT: port(3000),
  S3_PORT: port(3001),
  HOST: z.string().min(1).default("127.0.0.1"),
  DATA_DIR: z.string().min(1).default("~/Tintype"),
});

/** The settings of the laptop shape; `dataDir` is absolute, port 0 means any free port. */
export type LaptopSettings = { port: number; s3Port: number; host: string; dataDir: string };

/** Reads the settings. Throws AppError `invalid` that names each variable at fault. */
export function readLaptopEnv(env: Variables): LaptopSettings {
  const { PORT, S3_PORT, HOST, DATA_DIR } = parseEnv(LaptopEnv, env);
  if (PORT === S3_PORT && PORT !== 0) throw new AppError("invalid", `PORT and S3_PORT are both ${PORT}. Give one of them another number.`);
  return { port: PORT, s3Port: S3_PORT, host: HOST, dataDir: resolve(DATA_DIR.replace(/^~(?=$|\/|\\)/u, homedir())) };
}
