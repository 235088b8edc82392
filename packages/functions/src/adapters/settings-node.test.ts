import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readNodeSettings } from "./settings-node.ts";

const LEAST = {
  PUBLIC_URL: "https://photos.example.org/",
  DATABASE_URL: "postgres://tintype:a-generated-one@db/tintype",
  S3_ENDPOINT: "http://minio:9000/",
  S3_ACCESS_KEY_ID: "A1B2C3D4E5F6",
  S3_SECRET_ACCESS_KEY: "generated-0123456789",
};

const folder = mkdtempSync(join(tmpdir(), "tintype-settings-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("settings of the homelab shape", () => {
  it("have defaults for all that can have one, and listen on this machine alone", () => {
    expect(readNodeSettings(LEAST)).toEqual({
      publicUrl: "https://photos.example.org",
      listen: { host: "127.0.0.1", port: 3000 },
      databaseUrl: LEAST.DATABASE_URL,
      s3: {
        endpoint: "http://minio:9000",
        publicEndpoint: "http://minio:9000",
        region: "us-east-1",
        bucket: "photos",
        accessKeyId: "A1B2C3D4E5F6",
        secretAccessKey: "generated-0123456789",
      },
      role: "all",
      trustedProxies: [],
      sweepMs: 60_000,
    });
  });

  it.each([
    ["0.0.0.0:8080", { host: "0.0.0.0", port: 8080 }],
    ["[::]:3000", { host: "::", port: 3000 }],
    ["localhost:0", { host: "localhost", port: 0 }],
  ])("listen where PORT says: %s", (PORT, expected) => {
    expect(readNodeSettings({ ...LEAST, PORT }).listen).toEqual(expected);
  });

  it("come from a file where NAME_FILE names one; the variable itself wins", () => {
    const path = join(folder, "key");
    writeFileSync(path, "from-a-file-0123456789\n");
    const { S3_SECRET_ACCESS_KEY: _, ...without } = LEAST;
    expect(readNodeSettings({ ...without, S3_SECRET_ACCESS_KEY_FILE: path }).s3.secretAccessKey).toBe("from-a-file-0123456789");
    expect(readNodeSettings({ ...LEAST, S3_SECRET_ACCESS_KEY_FILE: path }).s3.secretAccessKey).toBe("generated-0123456789");
    expect(() => readNodeSettings({ ...without, S3_SECRET_ACCESS_KEY_FILE: join(folder, "no") })).toThrow(
      /S3_SECRET_ACCESS_KEY_FILE .*no cannot be read/u,
    );
  });

  it("tell everything that is missing at once, a line each", () => {
    expect(() => readNodeSettings({})).toThrow(
      [
        "Settings that cannot be used:",
        "    PUBLIC_URL is missing: see docs/homelab.md",
        "    DATABASE_URL is missing: see docs/homelab.md",
        "    S3_ENDPOINT is missing: see docs/homelab.md",
        "    S3_ACCESS_KEY_ID is missing: see docs/homelab.md",
        "    S3_SECRET_ACCESS_KEY is missing: see docs/homelab.md",
      ].join("\n"),
    );
  });

  it.each([
    [{ PUBLIC_URL: "photos.example.org" }, /PUBLIC_URL must be an address that begins with http:\/\/ or https:\/\//u],
    [{ PUBLIC_URL: "https://example.org/photos" }, /PUBLIC_URL must have no path/u],
    [{ PORT: "photos" }, /PORT must be a port/u],
    [{ PORT: "0.0.0.0:70000" }, /PORT must be a port/u],
    [{ DATABASE_URL: "mysql://x" }, /DATABASE_URL must be an address that begins with postgres:/u],
    [{ DATABASE_URL: "postgres://postgres:postgres@db/x" }, /DATABASE_URL has a password that everybody knows/u],
    [{ DATABASE_URL: "tintype@127.0.0.1/x" }, /^[^]*:\n {4}DATABASE_URL must be an address that begins with postgres:[^\n]*$/u],
    [
      { DATABASE_URL: "postgres://tintype:ge#he/im@db/x" },
      /^[^]*:\n {4}DATABASE_URL must be an address that begins with postgres:[^\n]*; in its password # is written %23, and \/ is %2F$/u,
    ],
    [{ PUBLIC_URL: "photos.home" }, /^[^]*:\n {4}PUBLIC_URL must be an address that begins with http:[^\n]*$/u],
    [{ DATABASE_URL: "postgres://tintype:p%ss@db/x" }, /^[^]*:\n {4}DATABASE_URL has a % that begins no escape: write %25 for it$/u],
    [{ S3_BUCKET: "My Photos" }, /S3_BUCKET must be 3 to 63 lower-case letters/u],
    [{ S3_ACCESS_KEY_ID: "minioadmin" }, /S3_ACCESS_KEY_ID is a default that everybody knows/u],
    [{ S3_SECRET_ACCESS_KEY: "MinioAdmin" }, /S3_SECRET_ACCESS_KEY is a default that everybody knows/u],
    [{ S3_SECRET_ACCESS_KEY: "short" }, /S3_SECRET_ACCESS_KEY must have at least 8 characters/u],
    [{ ROLE: "web" }, /ROLE must be all, api or worker/u],
    [{ TRUSTED_PROXIES: "10.0.0.0/33" }, /TRUSTED_PROXIES must be addresses or networks/u],
    [{ TRUSTED_PROXIES: "nginx" }, /TRUSTED_PROXIES must be addresses or networks/u],
    [{ SWEEP_INTERVAL: "1" }, /SWEEP_INTERVAL must be at least 5 seconds/u],
  ])("name the variable at fault: %j", (change, message) => {
    expect(() => readNodeSettings({ ...LEAST, ...change })).toThrow(message);
  });

  it("take networks of both kinds, with commas or spaces in between", () => {
    expect(readNodeSettings({ ...LEAST, TRUSTED_PROXIES: "10.0.0.0/8, fd00::/8 192.168.1.2" }).trustedProxies).toEqual([
      "10.0.0.0/8",
      "fd00::/8",
      "192.168.1.2",
    ]);
  });
});
