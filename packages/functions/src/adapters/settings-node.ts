import { readFileSync } from "node:fs";
import { AppError } from "@tintype/core/kernel";
import { z } from "zod";
import { networksOf } from "./client-address.ts";
import { parseEnv, type Variables } from "./settings.ts";

const MISSING = "is missing: see docs/homelab.md";

/** What everybody knows is no secret. */
const WELL_KNOWN = new Set([
  "minioadmin",
  "changeme",
  "change-me",
  "password",
  "postgres",
  "tintype",
  "secret",
  "admin",
  "root",
  "example",
]);

const text = z.string(MISSING).min(1, MISSING);
const secret = text.refine((value) => !WELL_KNOWN.has(value.toLowerCase()), "is a default that everybody knows: set a secret of your own");

const url = (hint: string, ...protocols: readonly string[]) =>
  text.refine(
    (value) => URL.canParse(value) && protocols.includes(new URL(value).protocol),
    `must be an address that begins with ${protocols.map((protocol) => `${protocol}//`).join(" or ")}${hint}`,
  );

const http = url("", "http:", "https:").transform((value) => value.replace(/\/+$/u, ""));

/** `3000` is this machine only, `0.0.0.0:3000` or `[::]:3000` beyond it. */
const listen = z
  .string()
  .default("3000")
  .transform((value) => /^(?:(?<host>[\w.-]+|\[[\da-fA-F:.]+\]):)?(?<port>\d{1,5})$/u.exec(value)?.groups)
  .refine(
    (found) => found !== undefined && Number(found["port"]) <= 65_535,
    "must be a port such as 3000, or with an address, 0.0.0.0:3000",
  )
  .transform((found) => ({ host: found?.["host"]?.replaceAll(/[[\]]/gu, "") ?? "127.0.0.1", port: Number(found?.["port"]) }));

const networks = z
  .string()
  .default("")
  .transform((value) => value.split(/[\s,]+/u).filter((part) => part !== ""))
  .refine((parts) => parts.every(isNetwork), "must be addresses or networks such as 10.0.0.0/8, with commas in between");

const NodeEnv = z.object({
  PUBLIC_URL: http.refine(
    (value) => !URL.canParse(value) || new URL(value).pathname === "/",
    "must have no path: Tintype needs a host name or a port of its own",
  ),
  PORT: listen,
  DATABASE_URL: url("; in its password # is written %23, and / is %2F", "postgres:", "postgresql:")
    .refine(isEscaped, "has a % that begins no escape: write %25 for it")
    .refine(
      (value) => !URL.canParse(value) || !isEscaped(value) || !WELL_KNOWN.has(decodeURIComponent(new URL(value).password)),
      "has a password that everybody knows: set one of your own",
    ),
  S3_ENDPOINT: http,
  S3_PUBLIC_ENDPOINT: http.optional(),
  S3_REGION: z.string().default("us-east-1"),
  S3_BUCKET: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/u, "must be 3 to 63 lower-case letters, digits, dots and dashes")
    .default("photos"),
  S3_ACCESS_KEY_ID: secret,
  S3_SECRET_ACCESS_KEY: secret.refine((value) => value.length >= 8, "must have at least 8 characters"),
  ROLE: z.enum(["all", "api", "worker"], "must be all, api or worker").default("all"),
  TRUSTED_PROXIES: networks,
  SWEEP_INTERVAL: z.coerce
    .number("must be a number of seconds")
    .int("must be a whole number of seconds")
    .min(5, "must be at least 5 seconds")
    .max(86_400, "must be at most 86400 seconds, a day")
    .default(60),
});

/** The settings of the homelab shape. `publicUrl` has no slash at its end; networks are addresses or CIDRs. */
export type NodeSettings = {
  publicUrl: string;
  listen: { host: string; port: number };
  databaseUrl: string;
  s3: { endpoint: string; publicEndpoint: string; region: string; bucket: string; accessKeyId: string; secretAccessKey: string };
  role: "all" | "api" | "worker";
  trustedProxies: readonly string[];
  sweepMs: number;
};

/**
 * Reads the settings; each may also come from a file that `NAME_FILE` names, as container secrets do. Throws AppError `invalid` with one line
 * for each variable at fault.
 */
export function readNodeSettings(env: Variables): NodeSettings {
  const read = parseEnv(NodeEnv, withFiles(env, Object.keys(NodeEnv.shape)));
  return {
    publicUrl: new URL(read.PUBLIC_URL).origin,
    listen: read.PORT,
    databaseUrl: read.DATABASE_URL,
    s3: {
      endpoint: read.S3_ENDPOINT,
      publicEndpoint: read.S3_PUBLIC_ENDPOINT ?? read.S3_ENDPOINT,
      region: read.S3_REGION,
      bucket: read.S3_BUCKET,
      accessKeyId: read.S3_ACCESS_KEY_ID,
      secretAccessKey: read.S3_SECRET_ACCESS_KEY,
    },
    role: read.ROLE,
    trustedProxies: read.TRUSTED_PROXIES,
    sweepMs: read.SWEEP_INTERVAL * 1000,
  };
}

function withFiles(env: Variables, names: readonly string[]): Variables {
  return Object.fromEntries(
    names.map((name) => {
      const [value = "", path = ""] = [env[name], env[`${name}_FILE`]];
      return [name, value === "" && path !== "" ? readText(name, path) : value];
    }),
  );
}

function readText(name: string, path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch (cause) {
    throw new AppError("invalid", `${name}_FILE ${path} cannot be read (${cause instanceof Error ? cause.message : String(cause)}).`, {
      cause,
    });
  }
}

function isEscaped(value: string): boolean {
  try {
    decodeURIComponent(value);
    return true;
  } catch {
    return false;
  }
}

function isNetwork(part: string): boolean {
  try {
    networksOf([part]);
    return true;
  } catch {
    return false;
  }
}
