import { homedir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readLaptopEnv } from "../entry/env.ts";

describe("settings of the laptop shape", () => {
  it("has a default for everything", () => {
    expect(readLaptopEnv({})).toEqual({ port: 3000, s3Port: 3001, host: "127.0.0.1", dataDir: join(homedir(), "Tintype") });
  });

  it("takes an empty variable for an absent one", () => {
    expect(readLaptopEnv({ PORT: "", HOST: "" })).toMatchObject({ port: 3000, host: "127.0.0.1" });
  });

  it.each([
    [{ PORT: "abc" }, /PORT is not a number/u],
    [{ S3_PORT: "70000" }, /S3_PORT is above 65535/u],
    [{ PORT: "4000", S3_PORT: "4000" }, /both 4000/u],
  ])("names the variable at fault: %j", (env, message) => {
    expect(() => readLaptopEnv(env)).toThrow(message);
  });
});
